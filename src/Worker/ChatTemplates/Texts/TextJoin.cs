using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Puts texts in a row.</summary>
internal static class TextJoin
{
    /// <summary>Python's method <c>join</c>: every item has to be a text.</summary>
    public static StringValue Strict(string separator, Value items, RenderBudget budget) => Join(
        separator,
        Sequences.Items(items, budget).Select(item => item is StringValue text
            ? text.Content
            : throw new TemplateFaultException($"join() joins strings, not a value of type '{item.TypeName}'")),
        budget);

    /// <summary>Jinja's filter <c>join</c>: whatever prints.</summary>
    public static StringValue Printed(string separator, IEnumerable<Value> items, RenderBudget budget) =>
        Join(separator, items.Select(item => PythonText.Of(item, budget)), budget);

    private static StringValue Join(string separator, IEnumerable<string> texts, RenderBudget budget)
    {
        List<string> all = [.. texts];
        budget.Make(all.Sum(t => (long)t.Length) + ((long)separator.Length * Math.Max(0, all.Count - 1)));
        return new StringValue(string.Join(separator, all));
    }
}
