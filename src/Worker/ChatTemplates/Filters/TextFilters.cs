using System.Text;
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
        Change(value, arguments, "escape", budget, text => text
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal)
            .Replace("\"", "&#34;", StringComparison.Ordinal));

    public static Value Trim(Value value, CallArguments arguments, RenderBudget budget)
    {
        string text = TextOf(value, "trim", budget);
        return Made(TextTrim.Strip(text, arguments.Bind("trim", "chars").Text(0, null), start: true, end: true, budget), budget);
    }

    public static Value Center(Value value, CallArguments arguments, RenderBudget budget) => new StringValue(
        TextPad.Pad(TextOf(value, "center", budget), arguments.Bind("center", "width").Integer(0, 80), " ", "center", budget));

    public static Value Replace(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("replace", "old", "new", "count");
        return new StringValue(TextReplace.Replace(
            TextOf(value, "replace", budget),
            TextOf(bound.Required(0), "replace", budget),
            TextOf(bound.Required(1), "replace", budget),
            bound.Integer(2, -1),
            budget));
    }

    public static Value Indent(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("indent", "width", "first", "blank");
        string indent = bound[0] is StringValue text ? text.Content : Operators.Binary(
            "*", new StringValue(" "), bound[0] ?? new IntValue(4), budget) is StringValue blanks ? blanks.Content : "";

        // Lines are those of Python's splitlines with one more line end after the text, so that a last one stays.
        ListValue lines = TextSplit.Lines(TextOf(value, "indent", budget) + "\n", keepEnds: false, budget);
        budget.Make(lines.Items.Count * (indent.Length + 1L));
        var indented = new StringBuilder();
        for (int i = 0; i < lines.Items.Count; i++)
        {
            string line = ((StringValue)lines.Items[i]).Content;
            bool indents = i == 0 ? bound.Flag(1) : line.Length > 0 || bound.Flag(2);
            indented.Append(i > 0 ? "\n" : "").Append(indents ? indent : "").Append(line);
        }

        return Made(indented.ToString(), budget);
    }

    public static Value Truncate(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        string text = TextOf(value, "truncate", budget);
        string end = bound.Text(2, "...")!;
        int length = bound.Integer(0, 255);
        int kept = length - CodePoints.Count(end);
        if (kept < 0)
        {
            throw new TemplateFaultException("truncate() needs a length of at least that of its end");
        }

        if (CodePoints.Count(text) <= (long)length + bound.Integer(3, 5))
        {
            return Made(text, budget);
        }

        string cut = string.Concat(CodePoints.Each(text).Take(kept));
        int blank = bound.Flag(1) ? -1 : cut.LastIndexOf(' ');
        return Made((blank < 0 ? cut : cut[..blank]) + end, budget);
    }

    public static Value WordCount(Value value, CallArguments arguments, RenderBudget budget)
    {
        string text = TextOf(value, "wordcount", budget);
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
        ? new StringValue(string.Join('&', mapping.Entries.Select(e => $"{Quoted(e.Key, true, budget)}={Quoted(e.Value, true, budget)}")))
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
        Value value, CallArguments arguments, string filter, RenderBudget budget, Func<string, string> change)
    {
        arguments.Bind(filter);
        return Made(change(TextOf(value, filter, budget)), budget);
    }

    /// <summary>
    /// The text that a filter works on. Python would print any value; the Python text of none, a list or a mapping within a prompt is
    /// never meant, so they are refused.
    /// </summary>
    private static string TextOf(Value value, string filter, RenderBudget budget)
    {
        string text = value is StringValue or UndefinedValue || Numbers.Is(value)
            ? PythonText.Of(value, budget)
            : throw new TemplateFaultException($"filter '{filter}' needs a string, not a value of type '{value.TypeName}'");
        budget.Scan(text.Length);
        return text;
    }

    private static StringValue Made(string text, RenderBudget budget)
    {
        budget.Make(text.Length);
        return new StringValue(text);
    }

    // In the pairs of a query a slash is escaped, too, and a blank is a plus.
    private static string Quoted(Value value, bool isQuery, RenderBudget budget)
    {
        string text = PythonText.Of(value, budget);
        budget.Make(9L * text.Length);
        string quoted = Uri.EscapeDataString(text);
        return isQuery
            ? quoted.Replace("%20", "+", StringComparison.Ordinal)
            : quoted.Replace("%2F", "/", StringComparison.Ordinal);
    }
}
