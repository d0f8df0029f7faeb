using Godwit.Worker.ChatTemplates.Rendering;

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
    public static string Strip(string text, string? chars, bool start, bool end, RenderBudget budget)
    {
        if (chars is null)
        {
            ReadOnlySpan<char> rest = start ? WhiteSpace.TrimStart(text) : text;
            rest = end ? WhiteSpace.TrimEnd(rest) : rest;
            budget.Scan(text.Length - rest.Length);
            return rest.Length == text.Length ? text : rest.ToString();
        }

        budget.Step(chars.Length);
        HashSet<string> taken = [.. CodePoints.Each(chars)];
        int from = 0;
        int to = text.Length;
        while (start && from < to && taken.Contains(text.Substring(from, UnitsAt(text, from))))
        {
            from += UnitsAt(text, from);
            budget.Step();
        }

        while (end && from < to && taken.Contains(text[(to - UnitsBefore(text, to))..to]))
        {
            to -= UnitsBefore(text, to);
            budget.Step();
        }

        return text[from..to];
    }

    private static int UnitsAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    private static int UnitsBefore(string text, int end) => end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
}
