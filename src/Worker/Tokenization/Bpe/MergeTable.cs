namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>The merges by pair of token ids.</summary>
internal sealed class MergeTable(int capacity)
{
    private readonly Dictionary<long, Merge> _merges = new(capacity);

    /// <summary>Sets the merge of a pair; a later one of the same pair wins, as in Hugging Face's tokenizers.</summary>
    public void Set(int left, int right, Merge merge) => _merges[Key(left, right)] = merge;

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
