namespace Godwit.Contracts.Migration;

/// <summary>
/// Body of <see cref="InternalPaths.Release"/> (the Gateway has the first frame of the new owner: forget the parked request) and of
/// <see cref="InternalPaths.Cancel"/> (forget it whatever its state, and refuse later calls for it). Idempotent.
/// </summary>
/// <param name="Request">Request id.</param>
/// <param name="Epoch">The Gateway's highest epoch for it.</param>
public sealed record RequestEpoch(string Request, int Epoch);
