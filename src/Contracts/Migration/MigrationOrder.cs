namespace Godwit.Contracts.Migration;

/// <summary>
/// Body of <see cref="InternalPaths.Migrations"/> at the source: move requests to another instance (DESIGN §5.4). Answered with 202 and
/// carried out on its own; an order that was seen already is answered again and done once.
/// </summary>
/// <param name="Order">Id of the order.</param>
/// <param name="LeaderEpoch">Epoch of the leading Scheduler; 409 <c>stale_epoch</c> when the worker has seen a higher one.</param>
/// <param name="Reason">Why, for people and <c>explain</c>: <c>balance</c>, <c>drain</c>, <c>operator</c>.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Request">The one to move; null: the source picks.</param>
/// <param name="Count">Most requests to move, one after the other.</param>
/// <param name="MaxBlocks">Most KV blocks to move with all of them; 0: what the destination grants.</param>
/// <param name="FreenessFloor">Freeness, in KV blocks per request, below which the Scheduler counts an instance as short of blocks.</param>
public sealed record MigrationOrder(
    string Order,
    long LeaderEpoch,
    string Reason,
    MigrationPeer Destination,
    string? Request,
    int Count,
    int MaxBlocks = 0,
    double FreenessFloor = 0);
