using System.Collections.Frozen;
using Godwit.Worker.ChatTemplates.Filters;
using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Predicates;

/// <summary>A test: whether <c>value is name(arguments)</c>.</summary>
internal delegate bool TemplatePredicate(Value value, CallArguments arguments, RenderBudget budget);

/// <summary>Jinja's tests by name.</summary>
internal static class PredicateTable
{
    private static readonly FrozenDictionary<string, TemplatePredicate> Predicates = new Dictionary<string, TemplatePredicate>
    {
        ["boolean"] = Kind(v => v is BoolValue),
        ["callable"] = Kind(v => v is CallableValue or LoopValue or JoinerValue),
        ["defined"] = Kind(v => v is not UndefinedValue),
        ["divisibleby"] = (v, a, budget) =>
            !Operators.Binary("%", v, a.Bind("divisibleby", "num").Required(0), budget).IsTrue,
        ["escaped"] = Kind(_ => false),
        ["even"] = Rest(0),
        ["false"] = Kind(v => v is BoolValue { Content: false }),
        ["filter"] = Kind(v => v is StringValue name && FilterTable.Has(name.Content)),
        ["float"] = Kind(v => v is FloatValue),
        ["in"] = (v, a, budget) => Comparer.Contains(a.Bind("in", "seq").Required(0), v, budget),
        ["integer"] = Kind(v => v is IntValue),
        ["iterable"] = Kind(Sequences.HasItems),
        ["lower"] = (v, _, budget) => TextCase.IsLower(Text(v, budget)),
        ["mapping"] = Kind(v => v is DictValue),
        ["none"] = Kind(v => v is NoneValue),
        ["number"] = Kind(Numbers.Is),
        ["odd"] = Rest(1),
        ["sameas"] = SameAs,
        ["sequence"] = Kind(v => Sequences.HasItems(v) && v is not GeneratorValue),
        ["string"] = Kind(v => v is StringValue),
        ["test"] = Kind(v => v is StringValue name && Has(name.Content)),
        ["true"] = Kind(v => v is BoolValue { Content: true }),
        ["undefined"] = Kind(v => v is UndefinedValue),
        ["upper"] = (v, _, budget) => TextCase.IsUpper(Text(v, budget)),
        ["=="] = Compared("=="),
        ["eq"] = Compared("=="),
        ["equalto"] = Compared("=="),
        ["!="] = Compared("!="),
        ["ne"] = Compared("!="),
        [">"] = Compared(">"),
        ["gt"] = Compared(">"),
        ["greaterthan"] = Compared(">"),
        [">="] = Compared(">="),
        ["ge"] = Compared(">="),
        ["<"] = Compared("<"),
        ["lt"] = Compared("<"),
        ["lessthan"] = Compared("<"),
        ["<="] = Compared("<="),
        ["le"] = Compared("<="),
    }.ToFrozenDictionary();

    /// <exception cref="TemplateFaultException">There is no such test.</exception>
    public static TemplatePredicate Get(string name) => Predicates.TryGetValue(name, out TemplatePredicate? predicate)
        ? predicate
        : throw new TemplateFaultException($"test '{name}' is not supported");

    private static bool Has(string name) => Predicates.ContainsKey(name);

    private static TemplatePredicate Kind(Func<Value, bool> test) => (value, _, _) => test(value);

    private static TemplatePredicate Compared(string comparison) => (value, arguments, budget) =>
        Comparer.Holds(comparison, value, arguments.Bind(comparison, "other").Required(0), budget);

    private static TemplatePredicate Rest(int rest) => (value, _, budget) =>
        Comparer.AreEqual(Operators.Binary("%", value, new IntValue(2), budget), new IntValue(rest), budget);

    private static bool SameAs(Value value, CallArguments arguments, RenderBudget budget)
    {
        Value other = arguments.Bind("sameas", "other").Required(0);
        return ReferenceEquals(value, other)
            || (value.TypeName == other.TypeName && KeyComparer.IsKey(value) && Comparer.AreEqual(value, other, budget));
    }

    private static string Text(Value value, RenderBudget budget)
    {
        string text = PythonText.Of(value, budget).Content;
        budget.Scan(text.Length);
        return text;
    }
}
