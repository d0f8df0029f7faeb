using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Puts texts in a row.</summary>
internal static class TextJoin
{
    /// <summary>Python's method <c>join</c>: every item has to be a text.</summary>
    public static StringValue Strict(TemplateText separator, Value items, RenderBudget budget) => Join(
        separator,
        Sequences.Items(items, budget).Select(item => item is StringValue text
            ? text.Text
            : throw new TemplateFaultException($"join() joins strings, not a value of type '{item.TypeName}'")),
        budget);

    /// <summary>Jinja's filter <c>join</c>: whatever prints.</summary>
    public static StringValue Printed(TemplateText separator, IEnumerable<Value> items, RenderBudget budget) =>
        Join(separator, items.Select(item => PythonText.Of(item, budget)), budget);

    private static StringValue Join(TemplateText separator, IEnumerable<TemplateText> texts, RenderBudget budget)
    {
        List<TemplateText> all = [.. texts];
        budget.Make(all.Sum(t => (long)t.Length) + ((long)separator.Length * Math.Max(0, all.Count - 1)));
        var joined = new TemplateTextBuilder();
        for (int i = 0; i < all.Count; i++)
        {
            joined.Append(i > 0 ? separator : StringValue.Empty.Text).Append(all[i]);
        }

        return new StringValue(joined.ToText());
    }
}
