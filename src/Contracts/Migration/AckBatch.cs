namespace Godwit.Contracts.Migration;

/// <summary>Body of <see cref="InternalPaths.Acks"/>: what a Gateway has of each of its requests at this worker, every 250 ms (DESIGN §5.2).</summary>
/// <param name="Acks">One per request that runs, is parked or is held ready there.</param>
public sealed record AckBatch(IReadOnlyList<RequestAck> Acks);

/// <summary>What the Gateway has of one request.</summary>
/// <param name="Request">Request id.</param>
/// <param name="Epoch">The Gateway's epoch for this worker.</param>
/// <param name="Next">Per choice the index of the token that it wants next; what lies below may be forgotten.</param>
public sealed record RequestAck(string Request, int Epoch, IReadOnlyList<int> Next);
