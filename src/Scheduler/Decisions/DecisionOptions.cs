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

    /// <summary>
    /// MiB that the log in Redis may take: where decisions are long, because there are many instances, fewer are kept; 1 to 65536.
    /// </summary>
    [Range(1, 65_536)]
    public int MaxMb { get; set; } = 64;

    /// <summary>
    /// MiB per second that may be written to it, so that it cannot crowd out what else Redis is for; what is beyond is dropped and counted;
    /// 1 to 1024.
    /// </summary>
    [Range(1, 1024)]
    public int MaxMbPerSecond { get; set; } = 8;
}
