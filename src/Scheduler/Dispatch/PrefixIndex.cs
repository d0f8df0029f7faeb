namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// Which instances have probably cached which prompts: chained hashes of a prompt's chunks, each with the instances that were sent a prompt
/// going through it. Approximate in that nobody tells it what was evicted; bounded, least recently used chunks go first. Not thread-safe.
/// </summary>
/// <param name="capacity">Most chunks remembered.</param>
internal sealed class PrefixIndex(int capacity)
{
    // A chunk that everybody has helps nobody to choose; the most recent few are enough.
    private const int MostHolders = 8;

    private readonly Dictionary<ulong, LinkedListNode<Chunk>> _chunks = [];
    private readonly LinkedList<Chunk> _recent = new();

    /// <summary>Chunks remembered.</summary>
    public int Count => _chunks.Count;

    /// <summary>Notes that a prompt was sent to an instance.</summary>
    /// <param name="prefix">Chained hashes of its chunks, first chunk first.</param>
    /// <param name="instance">Where to.</param>
    public void Add(IReadOnlyList<ulong> prefix, string instance)
    {
        // Backwards, so that the first chunks, which more prompts share, are the last to go.
        for (int i = prefix.Count - 1; i >= 0; i--)
        {
            if (_chunks.TryGetValue(prefix[i], out LinkedListNode<Chunk>? node))
            {
                _recent.Remove(node);
            }
            else
            {
                node = new LinkedListNode<Chunk>(new Chunk(prefix[i]));
                _chunks.Add(prefix[i], node);
            }

            _recent.AddFirst(node);
            List<string> holders = node.Value.Holders;
            holders.Remove(instance);
            holders.Add(instance);
            if (holders.Count > MostHolders)
            {
                holders.RemoveAt(0);
            }
        }

        while (_chunks.Count > capacity)
        {
            _chunks.Remove(_recent.Last!.Value.Hash);
            _recent.RemoveLast();
        }
    }

    /// <summary>Per instance the number of leading chunks that it has; instances that have none are not in it.</summary>
    public Dictionary<string, int> Match(IReadOnlyList<ulong> prefix)
    {
        Dictionary<string, int> matches = new(StringComparer.Ordinal);
        for (int i = 0; i < prefix.Count; i++)
        {
            if (!_chunks.TryGetValue(prefix[i], out LinkedListNode<Chunk>? node))
            {
                break;
            }

            bool any = false;
            foreach (string holder in node.Value.Holders)
            {
                if (matches.GetValueOrDefault(holder) == i)
                {
                    matches[holder] = i + 1;
                    any = true;
                }
            }

            if (!any)
            {
                break;
            }
        }

        return matches;
    }

    private sealed class Chunk(ulong hash)
    {
        public ulong Hash { get; } = hash;

        public List<string> Holders { get; } = [];
    }
}
