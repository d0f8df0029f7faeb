using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>Filters that take a text. Numbers and booleans are taken as they print, undefined as nothing.</summary>
internal static class TextFilters
{
    public static Value Capitalize(Value value, CallArguments arguments, RenderBudget budget) =>
        Change(value, arguments, "capitalize", budget, TextCase.Capitalize);

    public static Value Lower(Value value, CallArguments arguments, RenderBudget budget) =>
        Change(value, arguments, "lower", budget, TextCase.Lower);

    public static Value Upper(Value value, CallArguments arguments, RenderBudget budget) =>
        Change(value, arguments, "upper", budget, TextCase.Upper);

    public static Value Title(Value value, CallArguments arguments, RenderBudget budget) =>
        Change(value, arguments, "title", budget, TextCase.TitleWords);

    public static Value Escape(Value value, CallArguments arguments, RenderBudget budget) =>
        Change(value, arguments, "escape", budget, text => text.Map(part => part
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal)
            .Replace("\"", "&#34;", StringComparison.Ordinal)));

    public static Value Trim(Value value, CallArguments arguments, RenderBudget budget)
    {
        TemplateText text = TextOf(value, "trim", budget);
        return Made(TextTrim.Strip(text, arguments.Bind("trim", "chars").Text(0, null)?.Content, start: true, end: true, budget), budget);
    }

    public static Value Center(Value value, CallArguments arguments, RenderBudget budget)
    {
        int width = arguments.Bind("center", "width").Integer(0, 80);
        return new StringValue(TextPad.Pad(TextOf(value, "center", budget), width, TemplateText.Written(" "), "center", budget));
    }

    public static Value Replace(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("replace", "old", "new", "count");
        return new StringValue(TextReplace.Replace(
            TextOf(value, "replace", budget),
            TextOf(bound.Required(0), "replace", budget).Content,
            TextOf(bound.Required(1), "replace", budget),
            bound.Integer(2, -1),
            budget));
    }

    public static Value Indent(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("indent", "width", "first", "blank");
        Value width = bound[0] ?? new IntValue(4);
        TemplateText indent = (width as StringValue ?? Operators.Binary("*", StringValue.Written(" "), width, budget)) is StringValue text
            ? text.Text
            : StringValue.Empty.Text;

        // Lines are those of Python's splitlines with one more line end after the text, so that a last one stays.
        ListValue lines = TextSplit.Lines(TextOf(value, "indent", budget) + TemplateText.Written("\n"), keepEnds: true, budget);
        budget.Make(lines.Items.Count * (indent.Length + 1L));
        var indented = new TemplateTextBuilder();
        for (int i = 0; i < lines.Items.Count; i++)
        {
            TemplateText line = ((StringValue)lines.Items[i]).Text;
            int length = line.Length - (line.Content.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
            bool indents = i == 0 ? bound.Flag(1) : length > 0 || bound.Flag(2);
            indented.Append(indents ? indent : StringValue.Empty.Text).Append(line, 0, length);
            indented.Append(i + 1 < lines.Items.Count ? "\n" : "", line.IsPlain(line.Length - 1));
        }

        return Made(indented.ToText(), budget);
    }

    public static Value Truncate(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        TemplateText text = TextOf(value, "truncate", budget);
        TemplateText end = bound.Text(2, null) ?? TemplateText.Written("...");
        int length = bound.Integer(0, 255);
        int kept = length - CodePoints.Count(end.Content);
        if (kept < 0)
        {
            throw new TemplateFaultException("truncate() needs a length of at least that of its end");
        }

        if (CodePoints.Count(text.Content) <= (long)length + bound.Integer(3, 5))
        {
            return Made(text, budget);
        }

        TemplateText cut = text[..CodePoints.UnitsOf(text.Content, kept)];
        int blank = bound.Flag(1) ? -1 : cut.Content.LastIndexOf(' ');
        return Made((blank < 0 ? cut : cut[..blank]) + end, budget);
    }

    public static Value WordCount(Value value, CallArguments arguments, RenderBudget budget)
    {
        string text = TextOf(value, "wordcount", budget).Content;
        int words = 0;
        bool within = false;
        foreach (char c in text)
        {
            bool isWord = char.IsLetterOrDigit(c) || c == '_';
            words += isWord && !within ? 1 : 0;
            within = isWord;
        }

        return new IntValue(words);
    }

    /// <summary>A text, or the pairs of a mapping, for an address.</summary>
    public static Value UrlEncode(Value value, CallArguments arguments, RenderBudget budget) => value is DictValue mapping
        ? TextJoin.Printed(TemplateText.Written("&"), mapping.Entries.Select(e => Pair(e.Key, e.Value, budget)), budget)
        : new StringValue(Quoted(value, false, budget));

    public static Value Format(Value value, CallArguments arguments, RenderBudget budget)
    {
        Value values = arguments.Keyword.Count > 0 ? DictValue.Of(arguments.Keyword) : new TupleValue(arguments.Positional);
        return new StringValue(PercentFormat.Write(TextOf(value, "format", budget), values, budget));
    }

    public static Value String(Value value, CallArguments arguments, RenderBudget budget) => new StringValue(PythonText.Of(value, budget));

    public static Value Represent(Value value, CallArguments arguments, RenderBudget budget) =>
        new StringValue(PythonText.Representation(value, budget));

    public static Value Safe(Value value, CallArguments arguments, RenderBudget budget) => value;

    private static StringValue Change(
        Value value, CallArguments arguments, string filter, RenderBudget budget, Func<TemplateText, TemplateText> change)
    {
        arguments.Bind(filter);
        return Made(change(TextOf(value, filter, budget)), budget);
    }

    /// <summary>
    /// The text that a filter works on. Python would print any value; the Python text of none, a list or a mapping within a prompt is
    /// never meant, so they are refused.
    /// </summary>
    private static TemplateText TextOf(Value value, string filter, RenderBudget budget)
    {
        TemplateText text = value is StringValue or UndefinedValue || Numbers.Is(value)
            ? PythonText.Of(value, budget)
            : throw new TemplateFaultException($"filter '{filter}' needs a string, not a value of type '{value.TypeName}'");
        budget.Scan(text.Length);
        return text;
    }

    private static StringValue Made(TemplateText text, RenderBudget budget)
    {
        budget.Make(text.Length);
        return new StringValue(text);
    }

    private static StringValue Pair(Value key, Value value, RenderBudget budget) =>
        new(Quoted(key, true, budget) + TemplateText.Written("=") + Quoted(value, true, budget));

    // In the pairs of a query a slash is escaped, too, and a blank is a plus.
    private static TemplateText Quoted(Value value, bool isQuery, RenderBudget budget)
    {
        TemplateText text = PythonText.Of(value, budget);
        budget.Make(9L * text.Length);
        return text.Map(part => isQuery
            ? Uri.EscapeDataString(part).Replace("%20", "+", StringComparison.Ordinal)
            : Uri.EscapeDataString(part).Replace("%2F", "/", StringComparison.Ordinal));
    }
}
