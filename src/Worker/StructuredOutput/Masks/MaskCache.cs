using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// Masks of frames, for all sequences of a worker: the least recently used go when there are too many bytes of them. Any thread may use
/// one; two that miss the same mask at once may both work it out, with the same result. A mask is found by a frame, which holds its whole
/// grammar: the grammar's bytes count here too, as long as there is a mask of it.
/// </summary>
/// <param name="trie">The vocabulary.</param>
/// <param name="limitBytes">Bytes to hold, roughly.</param>
internal sealed class MaskCache(TokenTrie trie, long limitBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Frame, LinkedListNode<Entry>> _byFrame = new(FrameComparer.Instance);
    private readonly LinkedList<Entry> _recent = new();
    private readonly Dictionary<CompiledConstraint, int> _masksOf = [];
    private readonly Stack<TrieWalk> _walks = new();
    private readonly StringTokens _strings = new(trie);
    private long _bytes;
    private long _hits;
    private long _misses;

    /// <summary>The vocabulary.</summary>
    public TokenTrie Trie { get; } = trie;

    /// <summary>Bytes held, roughly.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Masks found, and masks worked out.</summary>
    public (long Hits, long Misses) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_hits, _misses);
            }
        }
    }

    /// <summary>Adds the tokens that a frame allows and behind which at most <paramref name="most"/> more are needed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="constraint">What it belongs to.</param>
    /// <param name="most">Most tokens that may be needed.</param>
    /// <param name="bits">Where the tokens are added.</param>
    public void Add(Frame frame, CompiledConstraint constraint, int most, uint[] bits)
    {
        TrieWalk walk = Rent();
        if (frame is KeyFrame { MayRepeat: true } key)
        {
            // Into a mask of its own first, of which the names that the object has take something away.
            uint[] own = walk.Scratch();
            Add(frame, constraint, most, own, walk);
            foreach ((int from, int end) in new TakenNames(Trie, most).Refused(key))
            {
                Trie.Refuse(own, from, end);
            }

            TokenTrie.Or(own, bits);
        }
        else
        {
            Add(frame, constraint, most, bits, walk);
        }

        Return(walk);
    }

    private void Add(Frame frame, CompiledConstraint constraint, int most, uint[] bits, TrieWalk walk)
    {
        Frame local = frame.Localize();
        LocalMask mask = Of(local, constraint, walk);
        int inner = most >= Grammar.Cost.Infinite ? most : most - (frame.Parent?.Need ?? 0);
        if (mask.Need <= inner)
        {
            TokenTrie.Or(mask.Bits, bits);
        }
        else if (local.HidesNames)
        {
            // The end is near and names matter: each token is looked at for itself.
            walk.Whole(frame, most, bits);
            return;
        }
        else if (Array.FindLast(NeedsOf(local, mask, walk), m => m.Need <= inner) is (_, { } within))
        {
            TokenTrie.Or(within, bits);
        }

        walk.Resolve(frame, mask, most, bits);
    }

    private LocalMask Of(Frame local, CompiledConstraint constraint, TrieWalk walk)
    {
        lock (_lock)
        {
            if (_byFrame.TryGetValue(local, out LinkedListNode<Entry>? found))
            {
                _hits++;
                _recent.Remove(found);
                _recent.AddFirst(found);
                return found.Value.Mask;
            }

            _misses++;
        }

        LocalMask mask = walk.Local(local);
        lock (_lock)
        {
            if (!_byFrame.ContainsKey(local))
            {
                _byFrame[local] = _recent.AddFirst(new Entry(local, mask, constraint));
                _bytes += mask.EstimatedBytes;
                Count(constraint, 1);
            }

            while (_bytes > limitBytes && _recent.Last is { } last && !ReferenceEquals(last, _recent.First))
            {
                _recent.RemoveLast();
                _byFrame.Remove(last.Value.Frame);
                _bytes -= last.Value.Mask.EstimatedBytes;
                Count(last.Value.Constraint, -1);
            }
        }

        return mask;
    }

    private void Count(CompiledConstraint constraint, int change)
    {
        int before = _masksOf.GetValueOrDefault(constraint);
        _bytes += before == 0 ? constraint.EstimatedBytes : before + change == 0 ? -constraint.EstimatedBytes : 0;
        if (before + change == 0)
        {
            _masksOf.Remove(constraint);
        }
        else
        {
            _masksOf[constraint] = before + change;
        }
    }

    private (int Need, uint[] Bits)[] NeedsOf(Frame local, LocalMask mask, TrieWalk walk)
    {
        if (mask.ByNeed is { } known)
        {
            return known;
        }

        (int Need, uint[] Bits)[] needs = walk.ByNeed(local);
        lock (_lock)
        {
            if (mask.ByNeed is null && _byFrame.TryGetValue(local, out LinkedListNode<Entry>? held)
                && ReferenceEquals(held.Value.Mask, mask))
            {
                _bytes -= mask.EstimatedBytes;
                mask.ByNeed = needs;
                _bytes += mask.EstimatedBytes;
            }
        }

        return needs;
    }

    private TrieWalk Rent()
    {
        lock (_lock)
        {
            return _walks.TryPop(out TrieWalk? walk) ? walk : new TrieWalk(Trie, _strings);
        }
    }

    private void Return(TrieWalk walk)
    {
        lock (_lock)
        {
            _walks.Push(walk);
        }
    }

    private readonly record struct Entry(Frame Frame, LocalMask Mask, CompiledConstraint Constraint);

    private sealed class FrameComparer : IEqualityComparer<Frame>
    {
        public static FrameComparer Instance { get; } = new();

        public bool Equals(Frame? x, Frame? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SameAs(y));

        public int GetHashCode(Frame obj) => obj.LocalHash();
    }
}
