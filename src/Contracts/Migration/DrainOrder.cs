namespace Godwit.Contracts.Migration;

/// <summary>Body of <see cref="InternalPaths.Drain"/>: stop or begin again to take new requests. Idempotent.</summary>
/// <param name="LeaderEpoch">Epoch of the leading Scheduler.</param>
/// <param name="Draining">True: nothing new is taken.</param>
public sealed record DrainOrder(long LeaderEpoch, bool Draining);
