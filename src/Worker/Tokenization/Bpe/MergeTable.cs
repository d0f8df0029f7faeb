namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>The merges by pair of token ids.</summary>
internal sealed class MergeTable(int capacity)
{
    private readonly Dictionary<ulong, Merge> _merges = new(capacity);

    /// <summary>Sets the merge of a pair; a later one of the same pair wins, as in Hugging Face's tokenizers.</summary>
    public void Set(int left, int right, Merge merge) => _merges[Key(left, right)] = merge;

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    /// <summary>The merges that make none of these tokens; this very table where none does.</summary>
    public MergeTable Without(HashSet<int> ids)
    {
        if (!_merges.Values.Any(merge => ids.Contains(merge.Id)))
        {
            return this;
        }

        var rest = new MergeTable(_merges.Count);
        foreach ((ulong key, Merge merge) in _merges.Where(entry => !ids.Contains(entry.Value.Id)))
        {
            rest._merges.Add(key, merge);
        }

        return rest;
    }

    // The framework hashes a 64-bit key by xor of its halves, which is 0 for every doubled token: spread the pair first (one to one).
    private static ulong Key(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) * 0x9E3779B97F4A7C15;
}
