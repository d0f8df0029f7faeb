using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>
/// What may stand at one place of a JSON document: any of its kinds. Nodes refer to each other, in circles too; the builder fills them in
/// and nothing changes afterwards.
/// </summary>
internal sealed class ValueNode
{
    /// <summary><c>null</c>; null when it is not allowed.</summary>
    public Literal? Null { get; set; }

    /// <summary><c>true</c>; null when it is not allowed.</summary>
    public Literal? True { get; set; }

    /// <summary><c>false</c>; null when it is not allowed.</summary>
    public Literal? False { get; set; }

    /// <summary>Texts of numbers; null when none is allowed.</summary>
    public Dfa? Number { get; set; }

    /// <summary>Contents of strings; null when none is allowed.</summary>
    public StringRule? String { get; set; }

    /// <summary>Arrays, of any of these shapes.</summary>
    public ArrayNode[] Arrays { get; set; } = [];

    /// <summary>Objects, of any of these shapes.</summary>
    public ObjectNode[] Objects { get; set; } = [];

    /// <summary>Containers within each other in the flattest value: 0 for a scalar. <see cref="Cost.Infinite"/> when no value exists.</summary>
    public int MinDepth { get; set; } = Cost.Infinite;

    /// <summary>Largest <c>MinDepth</c> in the whole grammar.</summary>
    public int Margin { get; set; }

    /// <summary>Tokens that suffice for the shortest value.</summary>
    public int MinTokens { get; set; } = Cost.Infinite;

    /// <summary>Tokens that suffice for the rest of a number, by state of <see cref="Number"/>.</summary>
    public TextCosts? NumberCosts { get; set; }

    /// <summary>True when some value exists.</summary>
    public bool IsInhabited => MinDepth < Cost.Infinite;
}
