using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Scaling;

/// <summary>Everything that a scaling decision depends on.</summary>
/// <param name="Instances">Living instances of one model, draining ones included.</param>
/// <param name="Starting">Instances that were asked for and are not there yet.</param>
/// <param name="NowMs">Time on any clock that does not jump.</param>
/// <param name="State">What the last decision left.</param>
/// <param name="Settings">Thresholds.</param>
internal sealed record ScalingInputs(
    IReadOnlyList<InstanceLoad> Instances, int Starting, long NowMs, ScalingState State, ScalingSettings Settings);

/// <summary>Since when the average is out of its range.</summary>
/// <param name="BelowSinceMs">Since when too low; null: it is not.</param>
/// <param name="AboveSinceMs">Since when too high; null: it is not.</param>
internal sealed record ScalingState(long? BelowSinceMs = null, long? AboveSinceMs = null);
