using System.Numerics;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>What can be looped over, counted and cut.</summary>
internal static class Sequences
{
    /// <summary>The items of a value; a text's are its characters, a mapping's its keys. Uses a generator up.</summary>
    /// <exception cref="TemplateFaultException">It has none.</exception>
    public static IReadOnlyList<Value> Items(Value value, RenderBudget budget)
    {
        IReadOnlyList<Value> items = value switch
        {
            SequenceValue sequence => sequence.Items,
            GeneratorValue generator => generator.TakeAll(),
            DictValue mapping => Charged([.. mapping.Entries.Keys], budget),
            StringValue text => Characters(text.Text, budget),
            UndefinedValue => [],
            _ => throw new TemplateFaultException($"a value of type '{value.TypeName}' has no items"),
        };
        return Charged(items, budget);
    }

    /// <summary>Whether <see cref="Items"/> would give something.</summary>
    public static bool HasItems(Value value) =>
        value is SequenceValue or GeneratorValue or DictValue or StringValue or UndefinedValue;

    /// <summary>The number of items.</summary>
    public static int Count(Value value, RenderBudget budget)
    {
        switch (value)
        {
            case SequenceValue sequence: return sequence.Items.Count;
            case GeneratorValue generator: return generator.Count;
            case DictValue mapping: return mapping.Entries.Count;
            case UndefinedValue: return 0;
            case StringValue text:
                budget.Scan(text.Content.Length);
                return CodePoints.Count(text.Content);
            default: throw new TemplateFaultException($"a value of type '{value.TypeName}' has no length");
        }
    }

    /// <summary>The item at a place, from the end when it is negative; null outside.</summary>
    public static Value? At(Value value, BigInteger place, RenderBudget budget)
    {
        int count = Count(value, budget);
        BigInteger at = place.Sign < 0 ? place + count : place;
        if (at.Sign < 0 || at >= count)
        {
            return null;
        }

        return value switch
        {
            SequenceValue sequence => sequence.Items[(int)at],
            StringValue text => new StringValue(Cut(text.Text, [(int)at])),
            _ => Items(value, budget)[(int)at],
        };
    }

    /// <summary><c>value[start:stop:step]</c></summary>
    public static Value Slice(Value value, BigInteger? start, BigInteger? stop, BigInteger? step, RenderBudget budget)
    {
        if (value is UndefinedValue undefined)
        {
            throw undefined.Fault();
        }

        List<int> places = Places(Count(value, budget), start, stop, step ?? BigInteger.One);
        budget.Step(places.Count);
        switch (value)
        {
            case StringValue text:
                budget.Make(2L * places.Count);
                return new StringValue(Cut(text.Text, places));
            case DictValue:
                throw new TemplateFaultException("a value of type 'dict' cannot be sliced");
            default:
                IReadOnlyList<Value> items = Items(value, budget);
                List<Value> cut = [.. places.Select(p => items[p])];
                return value is TupleValue ? new TupleValue(cut) : new ListValue(cut);
        }
    }

    /// <summary>The places that a slice takes, as Python's <c>slice.indices</c>.</summary>
    private static List<int> Places(int count, BigInteger? start, BigInteger? stop, BigInteger step)
    {
        if (step.IsZero)
        {
            throw new TemplateFaultException("the step of a slice is zero");
        }

        bool forward = step.Sign > 0;
        (int lowest, int highest) = forward ? (0, count) : (-1, count - 1);
        int from = start is { } a ? Clamp(a) : forward ? lowest : highest;
        int to = stop is { } b ? Clamp(b) : forward ? highest : lowest;
        int by = (int)BigInteger.Clamp(step, -int.MaxValue, int.MaxValue);
        var places = new List<int>();
        for (long i = from; forward ? i < to : i > to; i += by)
        {
            places.Add((int)i);
        }

        return places;

        int Clamp(BigInteger place) => (int)BigInteger.Clamp(place.Sign < 0 ? place + count : place, lowest, highest);
    }

    private static TemplateText Cut(TemplateText text, List<int> places)
    {
        int[]? starts = CodePoints.Starts(text.Content);
        if (places.Count > 0 && places[^1] - places[0] == places.Count - 1)
        {
            return text[Start(places[0])..Start(places[^1] + 1)];
        }

        var cut = new TemplateTextBuilder();
        foreach (int place in places)
        {
            cut.Append(text, Start(place), Start(place + 1) - Start(place));
        }

        return cut.ToText();

        int Start(int place) => starts is null ? place : starts[place];
    }

    private static List<Value> Characters(TemplateText text, RenderBudget budget)
    {
        budget.MakeValues(text.Length);
        var characters = new List<Value>(text.Length);
        for (int at = 0, next; at < text.Length; at = next)
        {
            next = at + CodePoints.UnitsAt(text.Content, at);
            characters.Add(new StringValue(text[at..next]));
        }

        return characters;
    }

    private static IReadOnlyList<Value> Charged(IReadOnlyList<Value> items, RenderBudget budget)
    {
        budget.Step(items.Count);
        return items;
    }
}
