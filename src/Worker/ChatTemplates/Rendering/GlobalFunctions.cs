using System.Globalization;
using System.Numerics;
using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>The functions that every template can call: Jinja's, and the two that Hugging Face adds.</summary>
internal static class GlobalFunctions
{
    /// <summary>Their names.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(StringComparer.Ordinal)
    {
        "range", "dict", "namespace", "cycler", "joiner", "raise_exception", "strftime_now",
    };

    /// <summary>A scope with the functions.</summary>
    /// <param name="now">What <c>strftime_now</c> takes for now.</param>
    /// <param name="budget">Pays for what they do.</param>
    public static Scope Create(DateTimeOffset now, RenderBudget budget)
    {
        var scope = new Scope(null);
        Define("range", arguments => Range(arguments, budget));
        Define("dict", Dict);
        Define("namespace", Namespace);
        Define("cycler", arguments => arguments.Positional.Count > 0
            ? new CyclerValue(arguments.Positional)
            : throw new TemplateFaultException("cycler() needs at least one item"));
        Define("joiner", arguments => new JoinerValue(arguments.Bind("joiner", "sep")[0] ?? StringValue.Written(", ")));
        Define("raise_exception", arguments =>
            throw new ChatTemplateRefusalException(
                PythonText.Of(arguments.Bind("raise_exception", "message").Required(0), budget).Content));
        Define("strftime_now", arguments =>
        {
            TemplateText format = arguments.Bind("strftime_now", "format").Text(0);
            string text = PythonTime.Write(now, format.Content);
            budget.Make(text.Length);
            return new StringValue(format.Remade(text));
        });
        return scope;

        void Define(string name, Func<CallArguments, Value> function) => scope.Set(name, new CallableValue(name, function));
    }

    private static RangeValue Range(CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("range", "start", "stop", "step");
        BigInteger first = Integer(bound.Required(0));
        BigInteger start = bound[1] is null ? BigInteger.Zero : first;
        BigInteger stop = bound[1] is null ? first : Integer(bound[1]!);
        BigInteger step = bound[2] is null ? BigInteger.One : Integer(bound[2]!);
        if (step.IsZero)
        {
            throw new TemplateFaultException("range() needs a step that is not zero");
        }

        BigInteger distance = step.Sign > 0 ? stop - start : start - stop;
        BigInteger width = BigInteger.Abs(step);
        BigInteger count = distance.Sign > 0 ? (distance + width - 1) / width : BigInteger.Zero;
        if (count > RangeValue.MaxItems)
        {
            throw new TemplateFaultException($"range() would have {count} items; {RangeValue.MaxItems} are allowed");
        }

        budget.Step((int)count);
        var items = new List<Value>((int)count);
        for (BigInteger i = start; items.Count < count; i += step)
        {
            items.Add(new IntValue(i));
        }

        string text = step.IsOne ? string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop})")
            : string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop}, {step})");
        return new RangeValue(items, text);
    }

    private static BigInteger Integer(Value value) => Numbers.Integer(value)
        ?? throw new TemplateFaultException($"range() needs integers, not a value of type '{value.TypeName}'");

    private static DictValue Dict(CallArguments arguments) => DictValue.Of(Fields("dict", arguments));

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        var fields = new NamespaceValue();
        foreach ((Value key, Value value) in Fields("namespace", arguments))
        {
            fields.Fields[key is StringValue name ? name.Content : throw new TemplateFaultException("a namespace has strings as names")] = value;
        }

        return fields;
    }

    // A mapping or pairs first, then names, which by '**' may be a client's.
    private static IEnumerable<KeyValuePair<Value, Value>> Fields(string function, CallArguments arguments)
    {
        Value? first = (arguments with { Keyword = CallArguments.None.Keyword }).Bind(function, "mapping")[0];
        IEnumerable<KeyValuePair<Value, Value>> given = first switch
        {
            null => [],
            DictValue mapping => mapping.Entries,
            SequenceValue pairs => pairs.Items.Select(pair => pair is SequenceValue { Items: [var key, var value] }
                ? KeyValuePair.Create(key, value)
                : throw new TemplateFaultException($"{function}() needs pairs of key and value")),
            _ => throw new TemplateFaultException($"{function}() needs a mapping"),
        };
        return given.Concat(arguments.Keyword.Select(k => KeyValuePair.Create<Value, Value>(StringValue.Plain(k.Key), k.Value)));
    }
}
