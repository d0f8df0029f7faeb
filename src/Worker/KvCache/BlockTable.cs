namespace Godwit.Worker.KvCache;

/// <summary>
/// The KV blocks of one sequence, in order: position p lies in block p / 16. Grows at its end; the blocks at its start may be shared with
/// other sequences (a common prefix, or the choices of one request), and are copied before they are written to.
/// </summary>
/// <param name="pool">Where its blocks come from.</param>
/// <param name="capacity">Blocks that it has room for from the start; it grows beyond.</param>
internal sealed class BlockTable(BlockPool pool, int capacity = 0)
{
    private int[] _blocks = capacity > 0 ? new int[capacity] : [];

    /// <summary>Blocks held.</summary>
    public int Count { get; private set; }

    /// <summary>The blocks, in order; valid until the table changes.</summary>
    public ReadOnlyMemory<int> Blocks => _blocks.AsMemory(0, Count);

    /// <summary>Blocks that would become available if this table were released: those that no other holds.</summary>
    public int Exclusive
    {
        get
        {
            int count = 0;
            foreach (int block in Blocks.Span)
            {
                count += pool.References(block) == 1 ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Blocks that must be allocated before the positions from…to − 1 can be written.</summary>
    public int Missing(int from, int to) => Math.Max(0, KvBlock.Count(to) - Count) + (WritesShared(from) ? 1 : 0);

    /// <summary>Makes the positions from…to − 1 writable: grows to hold them, and copies the first block if others see it.</summary>
    /// <returns>The copy that the runner has to make first, if any.</returns>
    public BlockCopy? MakeWritable(int from, int to)
    {
        BlockCopy? copy = null;
        if (WritesShared(from))
        {
            int index = from / KvBlock.Tokens;
            copy = new BlockCopy(_blocks[index], pool.Allocate());
            pool.Release(_blocks[index]);
            _blocks[index] = copy.Value.Destination;
        }

        while (Count < KvBlock.Count(to))
        {
            Add(pool.Allocate());
        }

        return copy;
    }

    /// <summary>Takes the longest run of blocks with these contents into the empty table.</summary>
    /// <param name="contents">Their names, in order.</param>
    /// <param name="most">Most blocks to take.</param>
    /// <returns>How many it found.</returns>
    public int Match(IReadOnlyList<BlockHash> contents, int most = int.MaxValue)
    {
        while (Count < Math.Min(contents.Count, most) && pool.Find(contents[Count]) is { } block)
        {
            pool.Share(block);
            Add(block);
        }

        return Count;
    }

    /// <summary>Takes the blocks of another table into the empty table.</summary>
    public void Share(BlockTable other)
    {
        foreach (int block in other.Blocks.Span)
        {
            pool.Share(block);
            Add(block);
        }
    }

    /// <summary>Adds a block that is the table's already, by a reference made for it.</summary>
    public void Append(int block) => Add(block);

    /// <summary>Names the content of the block at an index, which is full.</summary>
    public void Register(int index, BlockHash content) => pool.Register(_blocks[index], content);

    /// <summary>Gives all blocks back.</summary>
    public void Release() => Trim(0);

    /// <summary>Gives back the blocks that the first <paramref name="tokens"/> positions do not need.</summary>
    public void Trim(int tokens)
    {
        // The deepest first: a prefix is worth nothing without its beginning, so the end shall be evicted before it.
        while (Count > KvBlock.Count(tokens))
        {
            pool.Release(_blocks[--Count]);
        }
    }

    private bool WritesShared(int position) =>
        position / KvBlock.Tokens < Count && pool.IsShared(_blocks[position / KvBlock.Tokens]);

    private void Add(int block)
    {
        if (Count == _blocks.Length)
        {
            // A new array: a plan of the step before may still look at the old one.
            Array.Resize(ref _blocks, Math.Max(4, Count * 2));
        }

        _blocks[Count++] = block;
    }
}
