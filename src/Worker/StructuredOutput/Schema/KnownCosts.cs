using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Costs of automata that several schemas of one constraint may have in common: formats, numbers.</summary>
internal sealed class KnownCosts
{
    /// <summary>Of texts of numbers.</summary>
    public Dictionary<Dfa, TextCosts> Numbers { get; } = [];

    /// <summary>Of contents of strings, with the closing quote.</summary>
    public Dictionary<Dfa, TextCosts> Strings { get; } = [];
}
