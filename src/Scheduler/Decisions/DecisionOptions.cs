using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Decisions;

/// <summary>How much of the decisions is kept.</summary>
internal sealed class DecisionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Decisions";

    /// <summary>Decisions kept in Redis, and dispatches kept in memory for <c>explain</c>; 16 to 1000000.</summary>
    [Range(16, 1_000_000)]
    public int Capacity { get; set; } = 4096;
}
