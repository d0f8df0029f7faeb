namespace Godwit.Worker.KvCache;

/// <summary>
/// A fixed number of KV blocks, counted by reference, and the prefix cache over them (after vLLM's block pool). A block is an id; its bytes
/// belong to the model runner. Each block is in exactly one state: in use (a block table holds it, or it is kept for one to come), cached
/// (nobody does, but its content has a name and may be wanted again; least recently used first to go), or free. Owned by the engine's
/// thread.
/// </summary>
internal sealed class BlockPool
{
    private const int None = -1;
    private readonly int[] _references;
    private readonly BlockHash?[] _hashes;
    private readonly Dictionary<BlockHash, int> _byHash;
    private readonly Stack<int> _free;
    private readonly LruList _cached;

    /// <param name="total">Blocks in the pool, at least 1.</param>
    public BlockPool(int total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        _references = new int[total];
        _hashes = new BlockHash?[total];
        _byHash = new Dictionary<BlockHash, int>(total);
        _cached = new LruList(total);
        _free = new Stack<int>(total);
        for (int id = total - 1; id >= 0; id--)
        {
            _free.Push(id);
        }
    }

    /// <summary>Blocks in the pool.</summary>
    public int Total => _references.Length;

    /// <summary>Blocks that nobody holds and whose content is nothing.</summary>
    public int Free => _free.Count;

    /// <summary>Blocks that nobody holds and whose content may be wanted again.</summary>
    public int Cached => _cached.Count;

    /// <summary>Blocks that can be allocated.</summary>
    public int Available => Free + Cached;

    /// <summary>Blocks held by block tables, or kept for some.</summary>
    public int Used => Total - Available;

    /// <summary>Cached blocks that were given to somebody else so far.</summary>
    public long Evictions { get; private set; }

    /// <summary>Block tables that hold a block.</summary>
    public int References(int block) => _references[block];

    /// <summary>Whether writing to a block would change what others see, or what its name promises.</summary>
    public bool IsShared(int block) => _references[block] > 1 || _hashes[block] is not null;

    /// <summary>Takes a block for a new content; the least recently used cached one if none is free.</summary>
    /// <exception cref="InvalidOperationException">None is available: the planner must not let that happen.</exception>
    public int Allocate()
    {
        if (!_free.TryPop(out int block))
        {
            block = _cached.Count > 0 ? _cached.RemoveOldest() : throw new InvalidOperationException("No KV block is available.");
            _byHash.Remove(_hashes[block]!.Value);
            _hashes[block] = null;
            Evictions++;
        }

        _references[block] = 1;
        return block;
    }

    /// <summary>The block with a content, or null.</summary>
    public int? Find(BlockHash hash) => _byHash.TryGetValue(hash, out int block) ? block : null;

    /// <summary>One more table holds a block that is in use or cached.</summary>
    public void Share(int block)
    {
        if (_references[block]++ == 0)
        {
            if (_hashes[block] is null)
            {
                _references[block] = 0;
                throw new InvalidOperationException($"KV block {block} is shared but free.");
            }

            _cached.Remove(block);
        }
    }

    /// <summary>Names the content of a block in use. When another block has that name already, this one stays nameless.</summary>
    public void Register(int block, BlockHash hash)
    {
        if (_hashes[block] is null && _byHash.TryAdd(hash, block))
        {
            _hashes[block] = hash;
        }
    }

    /// <summary>One table less holds a block.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public void Release(int block)
    {
        if (_references[block] == 0)
        {
            throw new InvalidOperationException($"KV block {block} is given back but not in use.");
        }

        if (--_references[block] > 0)
        {
            return;
        }

        if (_hashes[block] is null)
        {
            _free.Push(block);
        }
        else
        {
            _cached.AddNewest(block);
        }
    }

    /// <summary>Checks every invariant against the block tables that exist; for tests and for a paranoid production.</summary>
    /// <param name="tables">All tables.</param>
    /// <param name="kept">Blocks that are kept besides, one entry per reference.</param>
    /// <exception cref="InvalidOperationException">One is broken.</exception>
    public void Verify(IEnumerable<BlockTable> tables, IEnumerable<int>? kept = null)
    {
        int[] held = new int[Total];
        foreach (BlockTable table in tables)
        {
            foreach (int block in table.Blocks.Span)
            {
                held[block]++;
            }
        }

        foreach (int block in kept ?? [])
        {
            held[block]++;
        }

        Require(held.AsSpan().SequenceEqual(_references), "reference counts differ from the tables and others that hold the blocks");
        int[] places = [.. _references.Select(count => count > 0 ? 1 : 0)];
        foreach (int block in _free.Concat(_cached.OldestFirst()))
        {
            places[block]++;
        }

        Require(places.All(count => count == 1), "a block is in two places or in none");
        Require(Used + Free + Cached == Total, "used + free + cached is not all");
        Require(_free.All(block => _hashes[block] is null), "a free block has a name");
        Require(_cached.OldestFirst().All(block => _hashes[block] is not null), "a cached block has no name");
        Require(
            _byHash.Count == _hashes.Count(hash => hash is not null) && _byHash.All(entry => _hashes[entry.Value] == entry.Key),
            "names and blocks do not match");
    }

    private static void Require(bool holds, string violation)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"KV blocks: {violation}.");
        }
    }

    /// <summary>A list of blocks by last use, threaded through arrays: every operation but the enumeration takes constant time.</summary>
    private sealed class LruList
    {
        private readonly int[] _next;
        private readonly int[] _previous;
        private readonly int _ring;

        public LruList(int total)
        {
            _ring = total;
            _next = new int[total + 1];
            _previous = new int[total + 1];
            Array.Fill(_next, None);
            _next[_ring] = _previous[_ring] = _ring;
        }

        public int Count { get; private set; }

        public void AddNewest(int block)
        {
            int last = _previous[_ring];
            _next[last] = block;
            _previous[block] = last;
            _next[block] = _ring;
            _previous[_ring] = block;
            Count++;
        }

        public void Remove(int block)
        {
            _next[_previous[block]] = _next[block];
            _previous[_next[block]] = _previous[block];
            _next[block] = None;
            Count--;
        }

        public int RemoveOldest()
        {
            int block = _next[_ring];
            Remove(block);
            return block;
        }

        public IEnumerable<int> OldestFirst()
        {
            for (int block = _next[_ring]; block != _ring; block = _next[block])
            {
                yield return block;
            }
        }
    }
}
