using System.ComponentModel.DataAnnotations;

namespace Godwit.CommandLine.Supervision;

/// <summary>How workers are stopped one by one (<c>DELETE /instances/{id}</c>).</summary>
internal sealed class SupervisionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Godwit:Supervision";

    /// <summary>Seconds that a worker may take to become empty before it is stopped all the same; 1 to 86400.</summary>
    [Range(1, 86_400)]
    public int DrainSeconds { get; set; } = 60;
}
