using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>A parsed regular expression.</summary>
internal abstract record RegexNode
{
    /// <summary>Matches the empty text.</summary>
    public sealed record Empty : RegexNode;

    /// <summary>One code point of a set.</summary>
    public sealed record Character(CodePointSet Set) : RegexNode;

    /// <summary>One after the other.</summary>
    public sealed record Sequence(IReadOnlyList<RegexNode> Parts) : RegexNode;

    /// <summary>One of them.</summary>
    public sealed record Choice(IReadOnlyList<RegexNode> Options) : RegexNode;

    /// <summary>So many times in a row; a null maximum is none.</summary>
    public sealed record Repeat(RegexNode Part, int Min, int? Max) : RegexNode;

    /// <summary><c>^</c>: the text begins here.</summary>
    public sealed record TextStart : RegexNode;

    /// <summary><c>$</c>: the text ends here.</summary>
    public sealed record TextEnd : RegexNode;
}
