using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Dispatch;

/// <summary>Which policy dispatches, and how long its decisions count as load before the instances' own figures contain them.</summary>
internal sealed class DispatchOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Dispatch";

    /// <summary>Name of the policy, one of <see cref="DispatchPolicies.All"/>; what an operator set by <c>PUT /policy</c> goes before.</summary>
    public string Policy { get; set; } = DispatchPolicies.Default;

    /// <summary>
    /// Load of an instance, in tokens, at which decoding still runs at nearly its best speed: what is beyond is kept free beside requests of
    /// high execution priority; 0: nothing is.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int HighTargetTokens { get; set; } = 1600;

    /// <summary>
    /// Policy <c>prefix</c>: share of its blocks by which an instance may be fuller than the emptiest and still be preferred; 0 to 1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double AffinitySlack { get; set; } = 0.2;

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
