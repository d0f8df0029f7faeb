using Godwit.Worker.ChatTemplates.Rendering;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Finds texts in texts in time that grows with their length only.</summary>
internal static class TextSearch
{
    /// <summary>Up to this length the library's search is the faster one, and its worst case harmless.</summary>
    private const int ShortPart = 64;

    /// <summary>Where a part begins, from a position on; below 0 when it does not come.</summary>
    public static int IndexOf(string text, string part, int start, RenderBudget budget)
    {
        int found = part.Length <= ShortPart
            ? text.IndexOf(part, start, StringComparison.Ordinal)
            : IndexOfLong(text, part, start, budget);
        budget.Scan((found < 0 ? text.Length : found) - start + part.Length);
        return found;
    }

    /// <summary>Where all parts that do not overlap begin, at most so many.</summary>
    public static List<int> All(string text, string part, int most, RenderBudget budget)
    {
        var found = new List<int>();
        for (int at = 0; found.Count < most && (at = IndexOf(text, part, at, budget)) >= 0; at += part.Length)
        {
            budget.Step();
            found.Add(at);
        }

        return found;
    }

    /// <summary>Where a part begins for the last time; below 0 when it does not come.</summary>
    public static int LastIndexOf(string text, string part, RenderBudget budget)
    {
        if (part.Length <= ShortPart)
        {
            budget.Scan(text.Length + part.Length);
            return text.LastIndexOf(part, StringComparison.Ordinal);
        }

        budget.Make((long)text.Length + part.Length);
        int found = IndexOf(Reversed(text), Reversed(part), 0, budget);
        return found < 0 ? found : text.Length - found - part.Length;
    }

    private static string Reversed(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        source.CopyTo(span);
        span.Reverse();
    });

    /// <summary>Knuth, Morris and Pratt's search: no text makes it slow.</summary>
    private static int IndexOfLong(string text, string part, int start, RenderBudget budget)
    {
        budget.Make(2L * part.Length);
        int[] borders = Borders(part);
        for (int i = start, matched = 0; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != part[matched])
            {
                matched = borders[matched - 1];
            }

            matched += text[i] == part[matched] ? 1 : 0;
            if (matched == part.Length)
            {
                return i - part.Length + 1;
            }
        }

        return -1;
    }

    // For each prefix the length of its longest proper border.
    private static int[] Borders(string part)
    {
        int[] borders = new int[part.Length];
        for (int i = 1, matched = 0; i < part.Length; i++)
        {
            while (matched > 0 && part[i] != part[matched])
            {
                matched = borders[matched - 1];
            }

            matched += part[i] == part[matched] ? 1 : 0;
            borders[i] = matched;
        }

        return borders;
    }
}
