using System.Runtime.CompilerServices;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within the texts before, between and behind tagged values.</summary>
internal sealed class TagFrame : Frame
{
    // No token has more bytes, and every tag has some: whether so many or any number may come makes no difference to the next token.
    private const int Many = Masks.TokenTrie.LongestToken + 1;
    private readonly TagGrammar _grammar;
    private readonly WordTree _words;
    private readonly int _node;
    private readonly int _left;

    /// <summary>Before everything.</summary>
    /// <param name="grammar">What may come.</param>
    /// <param name="most">Most tags.</param>
    public TagFrame(TagGrammar grammar, int most)
        : this(grammar, grammar.First, WordTree.Root, most)
    {
    }

    private TagFrame(TagGrammar grammar, WordTree words, int node, int left)
        : base(EndFrame.Instance)
    {
        _grammar = grammar;
        _words = words;
        _node = node;
        _left = left;
    }

    public override bool MayEnd => _words.WordsAt(_node).Any(w => Behind(w)?.MayEnd ?? IsSuffix(w));

    public override bool IsFinal => _words.IsLeaf(_node) && _words.WordsAt(_node).All(w => Behind(w)?.IsFinal ?? IsSuffix(w));

    public override void Read(byte value, List<Frame> into)
    {
        int next = _words.Step(_node, value);
        if (next >= 0)
        {
            into.Add(new TagFrame(_grammar, _words, next, _left));
        }

        foreach (int word in _words.WordsAt(_node))
        {
            Behind(word)?.Read(value, into);
        }
    }

    public override Frame Localize() => _left > Many ? new TagFrame(_grammar, _words, _node, Many) : this;

    public override bool SameAs(Frame other) =>
        other is TagFrame o && ReferenceEquals(_words, o._words) && _node == o._node && _left == o._left;

    public override int LocalHash() => HashCode.Combine(12, RuntimeHelpers.GetHashCode(_words), _node, _left);

    protected override int OwnNeed() => _words.Need(_node);

    // What comes behind a whole text: a value, what stands between tags, or (null) nothing.
    private Frame? Behind(int word) =>
        ReferenceEquals(_words, _grammar.Last) || IsSuffix(word) ? null
        : ReferenceEquals(_words, _grammar.First) || ReferenceEquals(_words, _grammar.Between)
            ? new ValueFrame(_grammar.Values[word], 0, 0, new TagFrame(_grammar, _grammar.Ends[word], WordTree.Root, _left - 1))
            : new TagFrame(_grammar, _left > 0 ? _grammar.Between : _grammar.Last, WordTree.Root, _left);

    private bool IsSuffix(int word) =>
        ReferenceEquals(_words, _grammar.Last) || (ReferenceEquals(_words, _grammar.Between) && word == _grammar.Values.Length);
}
