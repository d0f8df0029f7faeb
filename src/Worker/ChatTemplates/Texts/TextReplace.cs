using System.Text;
using Godwit.Worker.ChatTemplates.Rendering;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Puts one text in the places of another.</summary>
internal static class TextReplace
{
    /// <summary>Python's <c>replace</c>; below 0 is no limit, and an empty part comes before every code point and at the end.</summary>
    public static string Replace(string text, string part, string replacement, int most, RenderBudget budget)
    {
        int limit = most < 0 ? int.MaxValue : most;
        List<int> places = part.Length > 0 ? TextSearch.All(text, part, limit, budget) : Gaps(text, limit, budget);
        if (places.Count == 0)
        {
            return text;
        }

        long length = text.Length + ((long)places.Count * (replacement.Length - part.Length));
        budget.Make(length);
        var replaced = new StringBuilder((int)length);
        int start = 0;
        foreach (int at in places)
        {
            replaced.Append(text, start, at - start).Append(replacement);
            start = at + part.Length;
        }

        return replaced.Append(text, start, text.Length - start).ToString();
    }

    private static List<int> Gaps(string text, int most, RenderBudget budget)
    {
        budget.Step(text.Length);
        int at = 0;
        List<int> gaps = [0];
        foreach (string character in CodePoints.Each(text))
        {
            at += character.Length;
            gaps.Add(at);
        }

        return [.. gaps.Take(most)];
    }
}
