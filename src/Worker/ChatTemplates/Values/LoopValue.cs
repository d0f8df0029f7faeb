namespace Godwit.Worker.ChatTemplates.Values;

/// <summary><c>loop</c>, within a <c>for</c>.</summary>
/// <param name="items">What is looped over.</param>
/// <param name="depth">Loops of the same recursive loop around this one.</param>
/// <param name="recurse">Renders the loop's body for other items; null when it is not <c>recursive</c>.</param>
internal sealed class LoopValue(IReadOnlyList<Value> items, int depth, Func<Value, Value>? recurse) : Value
{
    private IReadOnlyList<Value>? _changed;

    public override string TypeName => "LoopContext";

    /// <summary>Position of the current item, from 0.</summary>
    public int Index { get; set; }

    public IReadOnlyList<Value> Items => items;

    public int Depth => depth;

    /// <summary>Keeps values for the next call of <c>loop.changed</c>; gives those of the call before, null at the first.</summary>
    public IReadOnlyList<Value>? Remember(IReadOnlyList<Value> values)
    {
        IReadOnlyList<Value>? before = _changed;
        _changed = values;
        return before;
    }

    /// <summary><c>loop(items)</c></summary>
    public Value Recurse(CallArguments arguments) => recurse is null
        ? throw new TemplateFaultException("loop(…) needs a loop that is marked 'recursive'")
        : recurse(arguments.Bind("loop", "iterable").Required(0));
}
