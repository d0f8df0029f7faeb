namespace Godwit.Worker.KvCache;

/// <summary>
/// The free list over a fixed number of KV blocks. A block is an id; its bytes belong to the model runner.
/// Invariant: used + free = total, and no block is in two places. Owned by the engine's thread.
/// </summary>
internal sealed class BlockPool
{
    private readonly Stack<int> _free;
    private readonly bool[] _used;

    /// <param name="total">Blocks in the pool, at least 1.</param>
    public BlockPool(int total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        _used = new bool[total];
        _free = new Stack<int>(total);
        for (int id = total - 1; id >= 0; id--)
        {
            _free.Push(id);
        }
    }

    /// <summary>Blocks in the pool.</summary>
    public int Total => _used.Length;

    /// <summary>Blocks that can be allocated.</summary>
    public int Free => _free.Count;

    /// <summary>Blocks held by sequences.</summary>
    public int Used => Total - Free;

    /// <summary>Takes <paramref name="count"/> blocks off the free list.</summary>
    /// <exception cref="InvalidOperationException">Fewer are free: the planner must not let that happen.</exception>
    public int[] Allocate(int count)
    {
        if (count > _free.Count)
        {
            throw new InvalidOperationException($"{count} KV blocks were asked for, {_free.Count} are free.");
        }

        int[] blocks = new int[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = _free.Pop();
            _used[blocks[i]] = true;
        }

        return blocks;
    }

    /// <summary>Gives blocks back.</summary>
    /// <exception cref="InvalidOperationException">One of them is not in use.</exception>
    public void Release(ReadOnlySpan<int> blocks)
    {
        // Backwards, so that the same blocks come out in the same order for the next sequence and stay warm in the cache.
        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            if (!_used[blocks[i]])
            {
                throw new InvalidOperationException($"KV block {blocks[i]} is given back but not in use.");
            }

            _used[blocks[i]] = false;
            _free.Push(blocks[i]);
        }
    }
}
