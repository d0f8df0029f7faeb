using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Dispatch;

/// <summary>How long decisions count as load before the instances' own figures contain them.</summary>
internal sealed class DispatchOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Dispatch";

    /// <summary>
    /// Milliseconds that a request needs at most to reach its instance: a heartbeat first seen so much later than the decision counts it
    /// itself; 0 to 10000.
    /// </summary>
    [Range(0, 10_000)]
    public int SettleMs { get; set; } = 500;

    /// <summary>Milliseconds after which a decision is forgotten although no heartbeat came (Redis is away); 1000 to 600000.</summary>
    [Range(1000, 600_000)]
    public int ForgetMs { get; set; } = 30_000;
}
