using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Predicates;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>Filters that choose among items, or give something else for each.</summary>
internal static class SelectionFilters
{
    public static Value Default(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("default", "default_value", "boolean");
        return value is UndefinedValue || (bound.Flag(1) && !value.IsTrue) ? bound[0] ?? StringValue.Empty : value;
    }

    public static Value Attr(Value value, CallArguments arguments, RenderBudget budget)
    {
        string name = arguments.Bind("attr", "name").Text(0).Content;
        return Members.Attribute(value, name, budget) ?? new UndefinedValue($"a value of type '{value.TypeName}' has no field '{name}'");
    }

    /// <summary>A field of every item, <c>map(attribute='name', default=…)</c>, or a filter's result, <c>map('name', …)</c>.</summary>
    public static Value Map(Value value, CallArguments arguments, RenderBudget budget)
    {
        IReadOnlyList<Value> items = ItemsOf(value, budget);
        if (arguments.Positional.Count > 0)
        {
            TemplateFilter filter = FilterTable.Get(NameOf(arguments.Positional[0], "map"));
            CallArguments rest = arguments with { Positional = [.. arguments.Positional.Skip(1)] };
            return new GeneratorValue([.. items.Select(item => filter(item, rest, budget))]);
        }

        BoundArguments bound = arguments.Bind("map", "attribute", "default");
        Value path = bound.Required(0);
        return new GeneratorValue([.. items.Select(item => Members.GetPath(item, path, budget) is var field and not UndefinedValue
            ? field
            : bound[1] ?? Members.GetPath(item, path, budget))]);
    }

    public static Value Select(Value value, CallArguments arguments, RenderBudget budget) =>
        Choose(value, arguments, budget, byField: false, keep: true);

    public static Value Reject(Value value, CallArguments arguments, RenderBudget budget) =>
        Choose(value, arguments, budget, byField: false, keep: false);

    public static Value SelectAttr(Value value, CallArguments arguments, RenderBudget budget) =>
        Choose(value, arguments, budget, byField: true, keep: true);

    public static Value RejectAttr(Value value, CallArguments arguments, RenderBudget budget) =>
        Choose(value, arguments, budget, byField: true, keep: false);

    private static GeneratorValue Choose(Value value, CallArguments arguments, RenderBudget budget, bool byField, bool keep)
    {
        IReadOnlyList<Value> given = arguments.Positional;
        int used = byField ? 1 : 0;
        if (given.Count < used)
        {
            throw new TemplateFaultException("selectattr and rejectattr need the name of a field");
        }

        TemplatePredicate? predicate = given.Count > used ? PredicateTable.Get(NameOf(given[used], "select")) : null;
        CallArguments rest = arguments with { Positional = [.. given.Skip(used + 1)] };
        return new GeneratorValue([.. ItemsOf(value, budget).Where(item =>
        {
            budget.Step();
            Value tested = byField ? Members.GetPath(item, given[0], budget) : item;
            return (predicate?.Invoke(tested, rest, budget) ?? tested.IsTrue) == keep;
        })]);
    }

    // Of what is false, such as none, there is nothing to choose from.
    private static IReadOnlyList<Value> ItemsOf(Value value, RenderBudget budget) =>
        value.IsTrue ? Sequences.Items(value, budget) : [];

    private static string NameOf(Value value, string filter) => value is StringValue name
        ? name.Content
        : throw new TemplateFaultException($"filter '{filter}' needs a name, not a value of type '{value.TypeName}'");
}
