namespace Godwit.Scheduler.Migration;

/// <summary>What a round of pairing came to.</summary>
/// <param name="Pairs">Moves to order now, at most one per instance.</param>
/// <param name="Standing">The pairs that stand: the next round's input.</param>
internal sealed record MigrationPlan(IReadOnlyList<MigrationPair> Pairs, IReadOnlyList<StandingPair> Standing);

/// <summary>An order to move a request of the source's choice.</summary>
/// <param name="Source">Where from.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Reason"><c>balance</c> or <c>drain</c>.</param>
/// <param name="SourceFreeness">The source's freeness when it was decided.</param>
/// <param name="DestinationFreeness">The destination's.</param>
/// <param name="Count">Most requests to move, one after the other, while it pays.</param>
/// <param name="MaxBlocks">Most KV blocks to move with all of them: what the destination has to give.</param>
internal sealed record MigrationPair(
    string Source, string Destination, string Reason, double SourceFreeness, double DestinationFreeness, int Count, int MaxBlocks);
