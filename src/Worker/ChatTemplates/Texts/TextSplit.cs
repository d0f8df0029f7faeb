using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Cuts texts, as Python's <c>split</c> and its kin.</summary>
internal static class TextSplit
{
    /// <summary>The pieces of a text.</summary>
    /// <param name="text">A text.</param>
    /// <param name="separator">Between the pieces; null is any white space, of which there is then none around the text either.</param>
    /// <param name="most">Most cuts.</param>
    /// <param name="fromEnd">Whether the cuts begin at the end.</param>
    /// <param name="budget">Pays for it.</param>
    public static ListValue Split(TemplateText text, string? separator, int most, bool fromEnd, RenderBudget budget)
    {
        budget.Make(text.Length);
        if (separator is { Length: 0 })
        {
            throw new TemplateFaultException("split() needs a separator that is not empty");
        }

        List<TemplateText> pieces = separator is not null ? ByText(text, separator, most, fromEnd, budget)
            : fromEnd ? ByWhiteSpaceFromEnd(text, most, budget)
            : ByWhiteSpace(text, most, budget);
        budget.MakeValues(pieces.Count);
        return new ListValue([.. pieces.Select(p => new StringValue(p))]);
    }

    /// <summary>The lines of a text.</summary>
    public static ListValue Lines(TemplateText text, bool keepEnds, RenderBudget budget)
    {
        budget.Make(text.Length);
        var lines = new List<Value>();
        for (int start = 0; start < text.Length;)
        {
            budget.MakeValues(1);
            int end = start;
            while (end < text.Length && !IsLineEnd(text.Content[end]))
            {
                end++;
            }

            int next = end == text.Length ? end : end + (text.Content.AsSpan(end).StartsWith("\r\n") ? 2 : 1);
            lines.Add(new StringValue(text[start..(keepEnds ? next : end)]));
            start = next;
        }

        return new ListValue(lines);
    }

    /// <summary>What comes before a separator, the separator, and what comes after; without it the text and two empty ones.</summary>
    public static TupleValue Partition(TemplateText text, string separator, RenderBudget budget)
    {
        int at = TextSearch.IndexOf(text.Content, NotEmpty(separator), 0, budget);
        return at < 0 ? Three(text, text.Length, text.Length, budget) : Three(text, at, at + separator.Length, budget);
    }

    /// <summary>The same at the last separator; without it two empty ones and the text.</summary>
    public static TupleValue PartitionLast(TemplateText text, string separator, RenderBudget budget)
    {
        int at = TextSearch.LastIndexOf(text.Content, NotEmpty(separator), budget);
        return at < 0 ? Three(text, 0, 0, budget) : Three(text, at, at + separator.Length, budget);
    }

    private static string NotEmpty(string separator) => separator.Length > 0
        ? separator
        : throw new TemplateFaultException("partition() needs a separator that is not empty");

    // The separator is the text's own, wherever the one that was looked for comes from.
    private static TupleValue Three(TemplateText text, int start, int end, RenderBudget budget)
    {
        budget.Make(start + (long)text.Length - end);
        return new TupleValue([new StringValue(text[..start]), new StringValue(text[start..end]), new StringValue(text[end..])]);
    }

    private static List<TemplateText> ByText(TemplateText text, string separator, int most, bool fromEnd, RenderBudget budget)
    {
        var pieces = new List<TemplateText>();
        if (fromEnd && most < int.MaxValue)
        {
            int end = text.Length;
            for (int at; pieces.Count < most && (at = TextSearch.LastIndexOf(text.Content[..end], separator, budget)) >= 0; end = at)
            {
                budget.Make(end);
                pieces.Add(text[(at + separator.Length)..end]);
            }

            pieces.Add(text[..end]);
            pieces.Reverse();
            return pieces;
        }

        int start = 0;
        foreach (int at in TextSearch.All(text.Content, separator, most, budget))
        {
            pieces.Add(text[start..at]);
            start = at + separator.Length;
        }

        pieces.Add(text[start..]);
        return pieces;
    }

    private static List<TemplateText> ByWhiteSpace(TemplateText text, int most, RenderBudget budget)
    {
        var pieces = new List<TemplateText>();
        int at = 0;
        while (true)
        {
            budget.Step();
            at = text.Length - WhiteSpace.TrimStart(text.Content.AsSpan(at)).Length;
            if (at == text.Length)
            {
                return pieces;
            }

            if (pieces.Count >= most)
            {
                pieces.Add(text[at..]);
                return pieces;
            }

            int start = at;
            while (at < text.Length && !WhiteSpace.Is(text.Content[at]))
            {
                at++;
            }

            pieces.Add(text[start..at]);
        }
    }

    private static List<TemplateText> ByWhiteSpaceFromEnd(TemplateText text, int most, RenderBudget budget)
    {
        var pieces = new List<TemplateText>();
        int end = text.Length;
        while ((end = WhiteSpace.TrimEnd(text.Content.AsSpan(0, end)).Length) > 0)
        {
            budget.Step();
            int start = end;
            while (start > 0 && pieces.Count < most && !WhiteSpace.Is(text.Content[start - 1]))
            {
                start--;
            }

            pieces.Add(pieces.Count < most ? text[start..end] : text[..end]);
            end = pieces.Count > most ? 0 : start;
        }

        pieces.Reverse();
        return pieces;
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\v' or '\f' or '\u001c' or '\u001d' or '\u001e' or '\u0085'
        or '\u2028' or '\u2029';
}
