namespace Godwit.Contracts.Migration;

/// <summary>
/// Answer to <see cref="InternalPaths.Acks"/>. A worker that gave a request up says so on its stream, but that word can be lost with the
/// connection; this one is said again every 250 ms.
/// </summary>
/// <param name="Unknown">Ids of requests in the batch that this worker neither has under the epoch named there nor has answered.</param>
public sealed record AckReply(IReadOnlyList<string> Unknown);
