namespace Godwit.Scheduler.Simulation;

/// <summary>
/// Chunks of prompts whose keys and values lie in blocks that nobody holds: never more than these, least recently used first to go. Spares
/// computing; the blocks of whoever uses them are counted in full.
/// </summary>
internal sealed class SimulatedPrefixCache(EngineModel model)
{
    private readonly Dictionary<ulong, LinkedListNode<(ulong Hash, int Tokens)>> _chunks = [];
    private readonly LinkedList<(ulong Hash, int Tokens)> _recent = new();
    private long _tokens;

    /// <summary>Leading tokens of a prompt that need not be computed; never all of them, for the last one gives the first token.</summary>
    public int Take(SimulatedRequest request, int free)
    {
        if (request.Prefix is not { Count: > 0 } prefix || request.Generated > 0)
        {
            return 0;
        }

        Trim(free);
        int tokens = 0;
        foreach (ulong hash in prefix)
        {
            if (!_chunks.TryGetValue(hash, out LinkedListNode<(ulong Hash, int Tokens)>? node))
            {
                break;
            }

            tokens += node.Value.Tokens;
            _recent.Remove(node);
            _recent.AddFirst(node);
        }

        return Math.Min(tokens, request.Prompt - 1);
    }

    /// <summary>Keeps the chunks of a prompt that was computed.</summary>
    public void Keep(SimulatedRequest request, int free)
    {
        if (request.Prefix is not { Count: > 0 } prefix)
        {
            return;
        }

        int each = request.Prompt / prefix.Count;
        for (int i = prefix.Count - 1; i >= 0; i--)
        {
            if (_chunks.Remove(prefix[i], out LinkedListNode<(ulong Hash, int Tokens)>? node))
            {
                _tokens -= node.Value.Tokens;
                _recent.Remove(node);
            }

            _chunks.Add(prefix[i], _recent.AddFirst((prefix[i], each)));
            _tokens += each;
        }

        Trim(free);
    }

    private void Trim(int free)
    {
        while (_tokens > (long)free * model.BlockSizeTokens && _recent.Last is { } last)
        {
            _chunks.Remove(last.Value.Hash);
            _tokens -= last.Value.Tokens;
            _recent.RemoveLast();
        }
    }
}
