using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>Filters that compare items. Texts compare without regard to case unless <c>case_sensitive</c> says otherwise.</summary>
internal static class OrderFilters
{
    public static Value Sort(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("sort", "reverse", "case_sensitive", "attribute");
        List<(Value Item, List<Value> Keys)> keyed =
            [.. Sequences.Items(value, budget).Select(item => (item, Keys(item, bound[2], bound.Flag(1), budget)))];
        return new ListValue([.. Ordered(keyed, bound.Flag(0), budget)]);
    }

    public static Value DictSort(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("dictsort", "case_sensitive", "by", "reverse");
        int place = bound.Text(1, null)?.Content switch
        {
            null or "key" => 0,
            "value" => 1,
            _ => throw new TemplateFaultException("filter 'dictsort' sorts by 'key' or 'value'"),
        };
        DictValue mapping = value as DictValue
            ?? throw new TemplateFaultException($"filter 'dictsort' needs a mapping, not a value of type '{value.TypeName}'");
        List<(Value Item, List<Value> Keys)> keyed = [.. CollectionMethods.Items(mapping, budget).Items
            .Select(pair => (pair, new List<Value> { Folded(((TupleValue)pair).Items[place], bound.Flag(0), budget) }))];
        return new ListValue([.. Ordered(keyed, bound.Flag(2), budget)]);
    }

    public static Value Unique(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("unique", "case_sensitive", "attribute");
        var seen = new HashSet<Value>(KeyComparer.Instance);
        var others = new List<Value>();
        var unique = new List<Value>();
        foreach (Value item in Sequences.Items(value, budget))
        {
            Value key = Folded(FieldOf(item, bound[1], budget), bound.Flag(0), budget);
            if (KeyComparer.IsKey(key) ? seen.Add(key) : !others.Any(o => Comparer.AreEqual(o, key, budget)))
            {
                others.AddRange(KeyComparer.IsKey(key) ? [] : [key]);
                unique.Add(item);
            }
        }

        return new GeneratorValue(unique);
    }

    /// <summary>Pairs (grouper, list), in the order of the groupers.</summary>
    public static Value GroupBy(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("groupby", "attribute", "default", "case_sensitive");
        Value path = bound.Required(0);
        List<(Value Item, List<Value> Keys)> keyed = [.. Sequences.Items(value, budget).Select(item =>
        {
            Value field = Members.GetPath(item, path, budget);
            return (item, new List<Value> { Folded(field is UndefinedValue ? bound[1] ?? field : field, bound.Flag(2), budget) });
        })];
        var groups = new List<(Value Key, List<Value> Items)>();
        foreach ((Value item, List<Value> keys) in Sorted(keyed, reverse: false, budget))
        {
            if (groups.Count == 0 || !Comparer.AreEqual(groups[^1].Key, keys[0], budget))
            {
                groups.Add((keys[0], []));
            }

            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(g => new TupleValue(
            [Members.GetPath(g.Items[0], path, budget) is var first and not UndefinedValue ? first : g.Key, new ListValue(g.Items)],
            ["grouper", "list"]))]);
    }

    public static Value Min(Value value, CallArguments arguments, RenderBudget budget) => Extreme(value, arguments, budget, "min", -1);

    public static Value Max(Value value, CallArguments arguments, RenderBudget budget) => Extreme(value, arguments, budget, "max", 1);

    private static Value Extreme(Value value, CallArguments arguments, RenderBudget budget, string filter, int sign)
    {
        BoundArguments bound = arguments.Bind(filter, "case_sensitive", "attribute");
        Value? best = null;
        Value? bestKey = null;
        foreach (Value item in Sequences.Items(value, budget))
        {
            Value key = Folded(FieldOf(item, bound[1], budget), bound.Flag(0), budget);
            if (bestKey is null || Math.Sign(Comparer.Compare(key, bestKey, budget)) == sign)
            {
                (best, bestKey) = (item, key);
            }
        }

        return best ?? new UndefinedValue($"the {filter} of nothing is undefined");
    }

    // Several fields may be named, with commas.
    private static List<Value> Keys(Value item, Value? attribute, bool caseSensitive, RenderBudget budget) =>
        attribute is StringValue { Content: var paths } && paths.Contains(',', StringComparison.Ordinal)
            ? [.. paths.Split(',').Select(p => Folded(Members.GetPath(item, p, budget), caseSensitive, budget))]
            : [Folded(FieldOf(item, attribute, budget), caseSensitive, budget)];

    private static Value FieldOf(Value item, Value? attribute, RenderBudget budget) =>
        attribute is null or NoneValue ? item : Members.GetPath(item, attribute, budget);

    private static Value Folded(Value key, bool caseSensitive, RenderBudget budget)
    {
        if (caseSensitive || key is not StringValue text)
        {
            return key;
        }

        budget.Make(text.Content.Length);
        return new StringValue(TextCase.Lower(text.Text));
    }

    private static List<Value> Ordered(List<(Value Item, List<Value> Keys)> keyed, bool reverse, RenderBudget budget) =>
        [.. Sorted(keyed, reverse, budget).Select(k => k.Item)];

    private static List<(Value Item, List<Value> Keys)> Sorted(
        List<(Value Item, List<Value> Keys)> keyed, bool reverse, RenderBudget budget)
    {
        return StableSort.Sort(keyed, (x, y) => Compare(x.Keys, y.Keys), reverse);

        int Compare(List<Value> left, List<Value> right)
        {
            for (int i = 0; i < left.Count; i++)
            {
                // What is equal needs no order.
                if (!Comparer.AreEqual(left[i], right[i], budget) && Comparer.Compare(left[i], right[i], budget) is var order and not 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}
