using System.Collections;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>Sequences without a place in the batch, most urgent first, and what it takes to admit them.</summary>
/// <param name="pool">Where their blocks may be cached.</param>
/// <param name="usePrefixCache">The prefix cache may spare them tokens.</param>
internal sealed class WaitingSequences(BlockPool pool, bool usePrefixCache) : IReadOnlyCollection<Sequence>
{
    private readonly SortedSet<Sequence> _sequences = new(Comparer<Sequence>.Create((a, b) => a.Urgency.CompareTo(b.Urgency)));

    /// <inheritdoc/>
    public int Count => _sequences.Count;

    /// <summary>KV blocks that they need to begin.</summary>
    public int Blocks { get; private set; }

    /// <summary>What the planner has to know of each.</summary>
    public IEnumerable<BatchScheduler.WaitingState> States => _sequences.Select(StateOf);

    /// <summary>Adds a sequence; it has no blocks.</summary>
    public void Add(Sequence sequence)
    {
        _sequences.Add(sequence);
        Blocks += KvBlock.Count(sequence.Known);
    }

    /// <summary>Takes a sequence out.</summary>
    public void Remove(Sequence sequence)
    {
        _sequences.Remove(sequence);
        Blocks -= KvBlock.Count(sequence.Known);
    }

    /// <inheritdoc/>
    public IEnumerator<Sequence> GetEnumerator() => _sequences.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private BatchScheduler.WaitingState StateOf(Sequence sequence)
    {
        int cached = 0, shared = 0;
        while (usePrefixCache && sequence.MayUseCache && cached < sequence.Contents.Count && pool.Find(sequence.Contents[cached]) is { } block)
        {
            shared += pool.References(block) > 0 ? 1 : 0;
            cached++;
        }

        // All of it cached: the last block is copied, because the last token is computed again.
        int copied = cached * KvBlock.Tokens == sequence.Known ? 1 : 0;
        return new BatchScheduler.WaitingState(
            sequence.Known,
            Math.Min(cached * KvBlock.Tokens, sequence.Known - 1),
            KvBlock.Count(sequence.Known) + copied,
            shared,
            sequence.Priority,
            sequence.Urgency,
            sequence.ScoresPrompt);
    }
}
