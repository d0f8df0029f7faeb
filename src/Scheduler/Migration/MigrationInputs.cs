using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Migration;

/// <summary>Everything that a round of pairing depends on; the same inputs give the same pairs.</summary>
/// <param name="Instances">Living instances, of one model or several.</param>
/// <param name="Standing">The pairs that stood after the last round.</param>
/// <param name="Settings">Thresholds.</param>
internal sealed record MigrationInputs(
    IReadOnlyList<InstanceLoad> Instances, IReadOnlyList<StandingPair> Standing, MigrationSettings Settings);

/// <summary>A pair of instances between which requests go on moving until a threshold is no longer met.</summary>
/// <param name="Source">Where from.</param>
/// <param name="Destination">Where to.</param>
internal sealed record StandingPair(string Source, string Destination);
