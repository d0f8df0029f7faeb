using System.Collections;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>Sequences without a place in the batch, most urgent first, and what it takes to admit them.</summary>
internal sealed class WaitingSequences : IReadOnlyList<Sequence>
{
    private static readonly Comparer<Sequence> s_byUrgency = Comparer<Sequence>.Create((a, b) => a.Urgency.CompareTo(b.Urgency));
    private readonly BlockPool _pool;
    private readonly bool _usePrefixCache;
    private readonly List<Sequence> _sequences = [];
    private readonly Func<int, BatchScheduler.WaitingState> _stateOf;

    /// <param name="pool">Where their blocks may be cached.</param>
    /// <param name="usePrefixCache">The prefix cache may spare them tokens.</param>
    public WaitingSequences(BlockPool pool, bool usePrefixCache)
    {
        _pool = pool;
        _usePrefixCache = usePrefixCache;
        _stateOf = StateOf;
    }

    /// <inheritdoc/>
    public int Count => _sequences.Count;

    /// <inheritdoc/>
    public Sequence this[int index] => _sequences[index];

    /// <summary>KV blocks that they need to begin.</summary>
    public int Blocks { get; private set; }

    /// <summary>Those of them that ran already.</summary>
    public int Preempted { get; private set; }

    /// <summary>Those of them that must be alone.</summary>
    public int Alone { get; private set; }

    /// <summary>What the planner has to know of the first of them.</summary>
    /// <param name="most">How many may be admitted.</param>
    public BatchScheduler.WaitingQueue Queue(int most) => new(most, _stateOf);

    /// <summary>Adds a sequence; it has no blocks.</summary>
    public void Add(Sequence sequence)
    {
        // Urgencies are all different: none is found.
        _sequences.Insert(~_sequences.BinarySearch(sequence, s_byUrgency), sequence);
        Note(sequence, 1);
    }

    /// <summary>Takes a sequence out.</summary>
    public void Remove(Sequence sequence)
    {
        _sequences.RemoveAt(_sequences.BinarySearch(sequence, s_byUrgency));
        Note(sequence, -1);
    }

    /// <inheritdoc/>
    public IEnumerator<Sequence> GetEnumerator() => _sequences.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Note(Sequence sequence, int sign)
    {
        Blocks += sign * KvBlock.Count(sequence.Known);
        Preempted += sequence.Preemptions > 0 ? sign : 0;
        Alone += sequence.Request.Alone ? sign : 0;
    }

    private BatchScheduler.WaitingState StateOf(int index)
    {
        Sequence sequence = _sequences[index];
        int cached = 0, shared = 0;
        int most = _usePrefixCache ? Math.Min(sequence.Contents.Count, sequence.MostCachedBlocks) : 0;
        while (cached < most && _pool.Find(sequence.Contents[cached]) is { } block)
        {
            // Behind a block that nobody holds, and that may be gone by then, none is found.
            shared += shared == cached && _pool.References(block) > 0 ? 1 : 0;
            cached++;
        }

        // All of it cached: the last block is copied, because the last token is computed again.
        int copied = cached * KvBlock.Tokens == sequence.Known ? 1 : 0;
        int computed = Math.Min(cached * KvBlock.Tokens, sequence.Known - 1);
        return new BatchScheduler.WaitingState(
            sequence.Known,
            computed,
            KvBlock.Count(sequence.Known) + copied,
            shared,
            sequence.Priority,
            sequence.Urgency,
            sequence.ScoresPrompt,
            sequence.UnscoredFrom(computed));
    }
}
