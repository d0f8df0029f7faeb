using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Which contents a string may have, after its escapes are read: those of an automaton, or any of a length in code points.</summary>
internal sealed class StringRule
{
    /// <summary>The contents; null when only the length counts.</summary>
    public Dfa? Content { get; init; }

    /// <summary>Fewest code points, where <see cref="Content"/> is null.</summary>
    public int MinLength { get; init; }

    /// <summary>Most code points, where <see cref="Content"/> is null; <see cref="int.MaxValue"/> for any.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>Tokens that suffice for the rest of the string and its closing quote, by state of <see cref="Content"/>.</summary>
    public TextCosts? Costs { get; set; }
}
