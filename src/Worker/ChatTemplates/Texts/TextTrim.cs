using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Takes characters off the ends of a text.</summary>
internal static class TextTrim
{
    /// <summary>Python's <c>strip</c>.</summary>
    /// <param name="text">A text.</param>
    /// <param name="chars">What is taken off; null is white space.</param>
    /// <param name="start">Whether from the start.</param>
    /// <param name="end">Whether from the end.</param>
    /// <param name="budget">Pays for it.</param>
    public static TemplateText Strip(TemplateText text, string? chars, bool start, bool end, RenderBudget budget)
    {
        if (chars is null)
        {
            int first = start ? text.Length - WhiteSpace.TrimStart(text.Content).Length : 0;
            int length = end ? WhiteSpace.TrimEnd(text.Content.AsSpan(first)).Length : text.Length - first;
            budget.Scan(text.Length - length);
            return text.Slice(first, length);
        }

        budget.Step(chars.Length);
        HashSet<string> taken = [.. CodePoints.Each(chars)];
        string content = text.Content;
        int from = 0;
        int to = text.Length;
        while (start && from < to && taken.Contains(content.Substring(from, CodePoints.UnitsAt(content, from))))
        {
            from += CodePoints.UnitsAt(content, from);
            budget.Step();
        }

        while (end && from < to && taken.Contains(content[(to - UnitsBefore(content, to))..to]))
        {
            to -= UnitsBefore(content, to);
            budget.Step();
        }

        return text[from..to];
    }

    private static int UnitsBefore(string text, int end) => end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
}
