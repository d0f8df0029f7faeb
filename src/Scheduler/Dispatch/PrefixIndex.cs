namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// Which instances have probably cached which prompts: per instance the chained hashes of the chunks of prompts that were sent there, no
/// more than its KV cache can hold, least recently used first to go. Approximate, in that no instance tells what it has. Not thread-safe.
/// </summary>
internal sealed class PrefixIndex
{
    /// <summary>Tokens of a chunk, about: it is 256 bytes of a prompt.</summary>
    public const int ChunkTokens = 64;

    private readonly Dictionary<string, Held> _instances = new(StringComparer.Ordinal);

    /// <summary>Instances that something is known of.</summary>
    public IReadOnlyCollection<string> Instances => _instances.Keys;

    /// <summary>Chunks remembered.</summary>
    public int Count => _instances.Values.Sum(held => held.Chunks.Count);

    /// <summary>Notes that a prompt was sent to an instance.</summary>
    /// <param name="prefix">Chained hashes of its chunks, first chunk first.</param>
    /// <param name="instance">Where to.</param>
    /// <param name="capacity">Chunks that the instance can hold.</param>
    public void Add(IReadOnlyList<ulong> prefix, string instance, int capacity)
    {
        if (!_instances.TryGetValue(instance, out Held? held))
        {
            held = new Held();
            _instances.Add(instance, held);
        }

        // Backwards, so that the first chunks, which more prompts share, are the last to go.
        for (int i = prefix.Count - 1; i >= 0; i--)
        {
            if (held.Chunks.TryGetValue(prefix[i], out LinkedListNode<ulong>? node))
            {
                held.Recent.Remove(node);
                held.Recent.AddFirst(node);
            }
            else
            {
                held.Chunks.Add(prefix[i], held.Recent.AddFirst(prefix[i]));
            }
        }

        while (held.Chunks.Count > capacity)
        {
            held.Chunks.Remove(held.Recent.Last!.Value);
            held.Recent.RemoveLast();
        }
    }

    /// <summary>Leading chunks of a prompt that an instance has.</summary>
    public int Match(IReadOnlyList<ulong> prefix, string instance)
    {
        int count = 0;
        if (_instances.TryGetValue(instance, out Held? held))
        {
            while (count < prefix.Count && held.Chunks.ContainsKey(prefix[count]))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Forgets an instance: its life has ended, and its cache with it.</summary>
    public void Forget(string instance) => _instances.Remove(instance);

    private sealed class Held
    {
        public Dictionary<ulong, LinkedListNode<ulong>> Chunks { get; } = [];

        public LinkedList<ulong> Recent { get; } = new();
    }
}
