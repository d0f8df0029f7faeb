using System.ComponentModel.DataAnnotations;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>How closely a reader follows the instances in Redis.</summary>
public sealed class InstanceRegistryOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Godwit:Registry";

    /// <summary>Milliseconds between two readings; 20 to 1000.</summary>
    [Range(20, 1000)]
    public int PollMs { get; set; } = 200;

    /// <summary>Milliseconds that a suspect instance has to answer <c>/health</c>; 50 to 1000.</summary>
    [Range(50, 1000)]
    public int ProbeTimeoutMs { get; set; } = 300;

    /// <summary>Milliseconds between two probes of an instance that stays suspect; 50 to 10000.</summary>
    [Range(50, 10_000)]
    public int ProbeEveryMs { get; set; } = 500;

    /// <summary>Milliseconds without a reading of Redis after which an instance is suspect; the life of a lease; 200 to 60000.</summary>
    [Range(200, 60_000)]
    public int LeaseMs { get; set; } = 1200;

    /// <summary>Minutes that a model without any instance is still known (503 instead of 404); 1 to 10080.</summary>
    [Range(1, 10_080)]
    public int RememberModelMinutes { get; set; } = 10;
}
