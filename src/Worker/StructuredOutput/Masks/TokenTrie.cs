using System.Numerics;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// A vocabulary's tokens by their bytes, as a trie in preorder: a node's descendants follow it, so that skipping a subtree is one
/// assignment. Made once per tokenizer. Immutable.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    /// <summary>Bytes of the longest token that a constraint allows.</summary>
    public const int LongestToken = 128;

    /// <summary>Most opening brackets in a token that a constraint allows.</summary>
    public const int MostBrackets = 16;

    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly int[] _parents;
    private readonly short[] _depths;
    private readonly int[] _tokenStarts;
    private readonly int[] _tokens;
    private readonly byte[][] _bytesOf;
    private readonly bool[] _isByteToken;

    private TokenTrie(Layout layout, byte[][] bytesOf, int[] endTokens)
    {
        _bytesOf = bytesOf;
        VocabularySize = bytesOf.Length;
        _bytes = [.. layout.Bytes];
        _ends = [.. layout.Ends];
        _parents = [.. layout.Parents];
        _depths = [.. layout.Depths];
        _tokenStarts = [.. layout.TokenStarts, layout.Tokens.Count];
        _tokens = [.. layout.Tokens];
        EndTokens = endTokens;
        MaxDepth = _depths.Max();
        _isByteToken = [.. Enumerable.Range(0, 256).Select(b => HasToken([(byte)b]))];
        HasAllBytes = Enumerable.Range(0x20, 0x5F).Concat(Enumerable.Range(0x80, 0x40)).Concat(Enumerable.Range(0xC2, 0x33))
            .All(HasByte);
    }

    /// <summary>Token ids are 0 to this, exclusive.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> EndTokens { get; }

    /// <summary>Words of 32 bits in a mask.</summary>
    public int MaskWords => (VocabularySize + 31) / 32;

    /// <summary>Nodes, the root among them.</summary>
    public int NodeCount => _bytes.Length;

    /// <summary>Bytes of the longest token.</summary>
    public int MaxDepth { get; }

    /// <summary>True when every byte that UTF-8 text may need, but for control characters, is a token: any text can then be written.</summary>
    public bool HasAllBytes { get; }

    /// <summary>Builds the trie.</summary>
    /// <param name="vocabularySize">Token ids are 0 to this, exclusive: the model's, which may differ from the tokenizer's.</param>
    /// <param name="bytesOf">A token's bytes; empty for ids that are no text: special tokens, holes.</param>
    /// <param name="endTokens">Tokens that end an answer; the only special ones that a constraint ever allows.</param>
    public static TokenTrie Build(int vocabularySize, Func<int, byte[]> bytesOf, IEnumerable<int> endTokens)
    {
        int[] ends = [.. endTokens.Where(id => id >= 0 && id < vocabularySize).Distinct().Order()];
        byte[][] all = [.. Enumerable.Range(0, vocabularySize).Select(id => ends.Contains(id) ? [] : Usable(bytesOf(id)))];
        (byte[] Bytes, int Id)[] tokens = [.. all.Select((bytes, id) => (bytes, id)).Where(t => t.bytes.Length > 0)];
        Array.Sort(tokens, (x, y) => x.Bytes.AsSpan().SequenceCompareTo(y.Bytes) is var order && order != 0 ? order : x.Id.CompareTo(y.Id));
        var layout = new Layout();
        layout.Add(0, 0, 0);
        var path = new List<int> { Root };
        byte[] last = [];
        foreach ((byte[] bytes, int id) in tokens)
        {
            int shared = bytes.AsSpan().CommonPrefixLength(last);
            layout.Close(path, shared + 1);
            for (int i = shared; i < bytes.Length; i++)
            {
                path.Add(layout.Add(bytes[i], path[^1], i + 1));
            }

            layout.Tokens.Add(id);
            last = bytes;
        }

        layout.Close(path, 0);
        return new TokenTrie(layout, all, ends);
    }

    /// <summary>True when a byte is a token.</summary>
    public bool HasByte(int value) => _isByteToken[value];

    /// <summary>The byte that leads to a node.</summary>
    public byte Byte(int node) => _bytes[node];

    /// <summary>Index behind a node's last descendant.</summary>
    public int End(int node) => _ends[node];

    /// <summary>The node that a node hangs on.</summary>
    public int Parent(int node) => _parents[node];

    /// <summary>Bytes from the root to a node.</summary>
    public int Depth(int node) => _depths[node];

    /// <summary>Ids of the tokens that are exactly a node's bytes.</summary>
    public ReadOnlySpan<int> Tokens(int node) => _tokens.AsSpan(_tokenStarts[node].._tokenStarts[node + 1]);

    /// <summary>True when a node's bytes are a token.</summary>
    public bool IsToken(int node) => _tokenStarts[node] < _tokenStarts[node + 1];

    /// <summary>A token's bytes; empty for ids that are no text.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)VocabularySize ? _bytesOf[token] : [];

    /// <summary>True when the bytes are a token.</summary>
    public bool HasToken(ReadOnlySpan<byte> bytes) => Follow(Root, bytes) is var node && node > 0 && IsToken(node);

    /// <summary>The node that bytes lead to, −1 when there is none.</summary>
    public int Follow(int node, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            int child = node + 1;
            int end = _ends[node];
            while (child < end && _bytes[child] != b)
            {
                child = _ends[child];
            }

            if (child >= end)
            {
                return -1;
            }

            node = child;
        }

        return node;
    }

    /// <summary>Adds the tokens of one mask to another.</summary>
    public static void Or(uint[] from, uint[] into)
    {
        int i = 0;
        for (; i <= into.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            (new Vector<uint>(into, i) | new Vector<uint>(from, i)).CopyTo(into, i);
        }

        for (; i < into.Length; i++)
        {
            into[i] |= from[i];
        }
    }

    /// <summary>Adds a node's tokens to a mask.</summary>
    public void Allow(uint[] bits, int node)
    {
        foreach (int token in Tokens(node))
        {
            bits[token >> 5] |= 1u << (token & 31);
        }
    }

    /// <summary>Takes the tokens of a range of nodes away from a mask.</summary>
    public void Refuse(uint[] bits, int from, int end)
    {
        for (int node = from; node < end; node++)
        {
            foreach (int token in Tokens(node))
            {
                bits[token >> 5] &= ~(1u << (token & 31));
            }
        }
    }

    // Tokens that are all blanks or brackets, without end; whatever they write others write too.
    private static byte[] Usable(byte[] bytes) =>
        bytes.Length <= LongestToken && bytes.Count(b => b is (byte)'[' or (byte)'{') <= MostBrackets ? bytes : [];

    private sealed class Layout
    {
        public List<byte> Bytes { get; } = [];

        public List<int> Ends { get; } = [];

        public List<int> Parents { get; } = [];

        public List<short> Depths { get; } = [];

        public List<int> TokenStarts { get; } = [];

        public List<int> Tokens { get; } = [];

        public int Add(byte value, int parent, int depth)
        {
            Bytes.Add(value);
            Ends.Add(0);
            Parents.Add(parent);
            Depths.Add(checked((short)depth));
            TokenStarts.Add(Tokens.Count);
            return Bytes.Count - 1;
        }

        // Nodes beyond the kept ones have all their descendants.
        public void Close(List<int> path, int kept)
        {
            for (int i = path.Count - 1; i >= kept; i--)
            {
                Ends[path[i]] = Bytes.Count;
                path.RemoveAt(i);
            }
        }
    }
}
