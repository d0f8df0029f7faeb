using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Methods;

/// <summary>Methods of mappings, lists and tuples. Those that change their value are refused, as in Hugging Face's sandbox.</summary>
internal static class CollectionMethods
{
    public static Value? Find(DictValue mapping, string name, RenderBudget budget) => name switch
    {
        "items" => new CallableValue(name, _ => Items(mapping, budget)),
        "keys" => new CallableValue(name, _ => new ListValue(Sequences.Items(mapping, budget))),
        "values" => new CallableValue(name, _ => Values(mapping, budget)),
        "get" => new CallableValue(name, arguments => Get(mapping, arguments)),
        "copy" => new CallableValue(name, _ => mapping),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => Changes(mapping, name),
        _ => null,
    };

    public static Value? Find(SequenceValue sequence, string name, RenderBudget budget)
    {
        int place = sequence is TupleValue tuple ? tuple.Names.ToList().IndexOf(name) : -1;
        return name switch
        {
            _ when place >= 0 => sequence.Items[place],
            "count" => new CallableValue(name, arguments => Count(sequence, arguments, budget)),
            "index" => new CallableValue(name, arguments => Index(sequence, arguments, budget)),
            "copy" when sequence is ListValue => new CallableValue(name, _ => sequence),
            "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when sequence is ListValue =>
                Changes(sequence, name),
            _ => null,
        };
    }

    /// <summary>Pairs of key and value.</summary>
    public static ListValue Items(DictValue mapping, RenderBudget budget)
    {
        budget.Step(mapping.Entries.Count);
        return new ListValue([.. mapping.Entries.Select(e => new TupleValue([e.Key, e.Value]))]);
    }

    private static ListValue Values(DictValue mapping, RenderBudget budget)
    {
        budget.Step(mapping.Entries.Count);
        return new ListValue([.. mapping.Entries.Values]);
    }

    private static Value Get(DictValue mapping, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("get", "key", "default");
        return mapping.Find(bound.Required(0)) ?? bound[1] ?? NoneValue.Instance;
    }

    private static IntValue Count(SequenceValue sequence, CallArguments arguments, RenderBudget budget)
    {
        Value item = arguments.Bind("count", "value").Required(0);
        return new IntValue(sequence.Items.Count(i => Comparer.AreEqual(i, item, budget)));
    }

    private static IntValue Index(SequenceValue sequence, CallArguments arguments, RenderBudget budget)
    {
        Value item = arguments.Bind("index", "value").Required(0);
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            if (Comparer.AreEqual(sequence.Items[i], item, budget))
            {
                return new IntValue(i);
            }
        }

        throw new TemplateFaultException($"index() did not find the value in the {sequence.TypeName}");
    }

    private static CallableValue Changes(Value value, string name) =>
        new(name, _ => throw new TemplateFaultException($"{name}() would change a {value.TypeName}, which templates may not"));
}
