using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>
/// One shape of objects. Its property names are read by one automaton whose labels are the indices of <see cref="Classes"/>: first the
/// names that the schema knows, then classes of others.
/// </summary>
internal sealed class ObjectNode
{
    private NameSet[] _namesFrom = [];
    private int[] _extrasFrom = [];

    /// <summary>Reads property names.</summary>
    public Dfa Keys { get; private set; } = Dfa.Nothing;

    /// <summary>The kinds of property names, those with a name first.</summary>
    public KeyClass[] Classes { get; private set; } = [];

    /// <summary>How many of <see cref="Classes"/> have a name.</summary>
    public int NamedCount { get; private set; }

    /// <summary>Classes that every object has.</summary>
    public NameSet Required { get; private set; }

    /// <summary>Size of <see cref="Required"/>.</summary>
    public int RequiredCount { get; private set; }

    /// <summary>Fewest properties.</summary>
    public int Min { get; init; }

    /// <summary>Most properties; <see cref="int.MaxValue"/> for any.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>Containers within each other in the flattest object.</summary>
    public int MinDepth { get; set; } = Cost.Infinite;

    /// <summary>Largest <c>MinDepth</c> in the whole grammar.</summary>
    public int Margin { get; set; }

    /// <summary>Largest <see cref="ValueNode.MinDepth"/> of a property.</summary>
    public int DeepestProperty { get; set; }

    /// <summary>
    /// True when it matters beyond duplicates which other names an object has: where only finitely many can follow, or where some must.
    /// </summary>
    public bool DependsOnNames { get; private set; }

    /// <summary>What its properties cost; set once all nodes are known.</summary>
    public ObjectCosts? Costs { get; set; }

    /// <summary>Sets how names are read.</summary>
    public void SetKeys(Dfa keys, KeyClass[] classes)
    {
        Keys = keys;
        Classes = classes;
        NamedCount = classes.Count(c => c.Name is not null);
        Required = default;
        _namesFrom = new NameSet[keys.StateCount];
        for (int c = 0; c < NamedCount; c++)
        {
            Required = classes[c].Required ? Required.With(c) : Required;
            MarkName(c);
        }

        RequiredCount = Required.Count;
        _extrasFrom = DfaFacts.Counts(keys, label => label >= NamedCount);
        DependsOnNames = _extrasFrom.Any(n => n is > 0 and < DfaFacts.Infinite || (n > 0 && Min > RequiredCount));
    }

    /// <summary>Classes with a name that can be completed from a state of <see cref="Keys"/>.</summary>
    public NameSet NamesFrom(int state) => _namesFrom[state];

    /// <summary>How many names without a class of their own can be completed from a state of <see cref="Keys"/>.</summary>
    public int ExtrasFrom(int state) => _extrasFrom[state];

    private void MarkName(int c)
    {
        int state = Keys.IsEmpty ? Dfa.None : Dfa.Start;
        if (Keys.Match(Classes[c].Name!) != c)
        {
            return;
        }

        _namesFrom[state] = _namesFrom[state].With(c);
        foreach (System.Text.Rune rune in Classes[c].Name!.EnumerateRunes())
        {
            state = Keys.Step(state, rune.Value);
            _namesFrom[state] = _namesFrom[state].With(c);
        }
    }
}
