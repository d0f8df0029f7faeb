using System.Numerics;
using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>Filters on the items of a value.</summary>
internal static class SequenceFilters
{
    public static Value Length(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("length");
        return new IntValue(Sequences.Count(value, budget));
    }

    public static Value First(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("first");
        Value? first = value switch
        {
            GeneratorValue generator => generator.TakeOne(),
            DictValue mapping => mapping.Entries.Count > 0 ? mapping.Entries.GetAt(0).Key : null,
            _ => Sequences.At(value, BigInteger.Zero, budget),
        };
        return first ?? new UndefinedValue("there is no first item, the sequence is empty");
    }

    public static Value Last(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("last");
        return Sequences.At(value, BigInteger.MinusOne, budget) ?? new UndefinedValue("there is no last item, the sequence is empty");
    }

    public static Value List(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("list");
        return new ListValue(Sequences.Items(value, budget));
    }

    public static Value Items(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("items");
        return value switch
        {
            UndefinedValue => new GeneratorValue([]),
            DictValue mapping => new GeneratorValue(CollectionMethods.Items(mapping, budget).Items),
            _ => throw new TemplateFaultException($"filter 'items' needs a mapping, not a value of type '{value.TypeName}'"),
        };
    }

    public static Value Reverse(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("reverse");
        return value is StringValue
            ? Sequences.Slice(value, null, null, BigInteger.MinusOne, budget)
            : new GeneratorValue([.. Sequences.Items(value, budget).Reverse()]);
    }

    public static Value Join(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("join", "d", "attribute");
        IEnumerable<Value> items = Sequences.Items(value, budget);
        if (bound[1] is { } attribute and not NoneValue)
        {
            items = items.Select(item => Members.GetPath(item, attribute, budget));
        }

        return TextJoin.Printed(Formatting.PythonText.Of(bound[0] ?? StringValue.Empty, budget), items, budget);
    }

    /// <summary>Lists of so many items, the last one filled up if there is something to fill with.</summary>
    public static Value Batch(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("batch", "linecount", "fill_with");
        int count = Positive(bound, "batch");
        var batches = new List<Value>();
        foreach (Value[] batch in Sequences.Items(value, budget).Chunk(count))
        {
            bool fills = batch.Length < count && bound[1] is not (null or NoneValue);
            budget.Step(fills ? count : batch.Length);
            batches.Add(new ListValue(fills ? [.. batch, .. Enumerable.Repeat(bound[1]!, count - batch.Length)] : batch));
        }

        return new GeneratorValue(batches);
    }

    /// <summary>So many lists, the first of them longer by one where it does not divide.</summary>
    public static Value Slice(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("slice", "slices", "fill_with");
        int count = Positive(bound, "slice");
        budget.Step(count);
        IReadOnlyList<Value> items = Sequences.Items(value, budget);
        (int size, int longer) = Math.DivRem(items.Count, count);
        var slices = new List<Value>();
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int length = size + (i < longer ? 1 : 0);
            List<Value> slice = [.. items.Skip(at).Take(length)];
            at += length;
            if (bound[1] is { } fill and not NoneValue && i >= longer)
            {
                slice.Add(fill);
            }

            slices.Add(new ListValue(slice));
        }

        return new GeneratorValue(slices);
    }

    private static int Positive(BoundArguments bound, string filter)
    {
        bound.Required(0);
        int count = bound.Integer(0, 0);
        return count > 0 ? count : throw new TemplateFaultException($"filter '{filter}' needs a count of at least 1");
    }
}
