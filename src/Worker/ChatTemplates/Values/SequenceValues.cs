namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>Items in an order.</summary>
internal abstract class SequenceValue : Value
{
    private protected SequenceValue(IReadOnlyList<Value> items)
    {
        Items = items;
        Nesting = NestingAround(items);
    }

    public IReadOnlyList<Value> Items { get; }

    public override bool IsTrue => Items.Count > 0;

    public override int Nesting { get; }
}

/// <summary><c>[1, 2]</c></summary>
internal sealed class ListValue(IReadOnlyList<Value> items) : SequenceValue(items)
{
    public override string TypeName => "list";
}

/// <summary><c>(1, 2)</c>; the groups of <c>groupby</c> also have names for their items.</summary>
internal sealed class TupleValue(IReadOnlyList<Value> items, IReadOnlyList<string>? names = null) : SequenceValue(items)
{
    /// <summary>Names of the items, or none.</summary>
    public IReadOnlyList<string> Names { get; } = names ?? [];

    public override string TypeName => "tuple";
}

/// <summary><c>range(start, stop, step)</c></summary>
internal sealed class RangeValue(IReadOnlyList<Value> items, string text) : SequenceValue(items)
{
    /// <summary>Longest range: the limit of Jinja's sandbox.</summary>
    public const int MaxItems = 100_000;

    /// <summary>How it prints.</summary>
    public string Text { get; } = text;

    public override string TypeName => "range";
}

/// <summary>
/// What Python's filters give that work item by item (<c>map</c>, <c>select</c>, …): always true, and used up by the first loop over it.
/// Its items are computed at once all the same.
/// </summary>
internal sealed class GeneratorValue(IReadOnlyList<Value> items) : Value
{
    private int _next;

    public override string TypeName => "generator";

    public override int Nesting { get; } = NestingAround(items);

    /// <summary>Items not taken yet.</summary>
    public int Count => items.Count - _next;

    /// <summary>The items; afterwards there are none.</summary>
    public IReadOnlyList<Value> TakeAll()
    {
        IReadOnlyList<Value> rest = _next == 0 ? items : [.. items.Skip(_next)];
        _next = items.Count;
        return rest;
    }

    /// <summary>The first item, or null at the end.</summary>
    public Value? TakeOne() => _next < items.Count ? items[_next++] : null;
}
