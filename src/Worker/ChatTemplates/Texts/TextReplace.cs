using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Puts one text in the places of another.</summary>
internal static class TextReplace
{
    /// <summary>
    /// Python's <c>replace</c>; below 0 is no limit, and an empty part comes before every code point and at the end. What comes in the
    /// place of something plain is plain, too: the client chose that it stands there.
    /// </summary>
    public static TemplateText Replace(TemplateText text, string part, TemplateText replacement, int most, RenderBudget budget)
    {
        int limit = most < 0 ? int.MaxValue : most;
        List<int> places = part.Length > 0 ? TextSearch.All(text.Content, part, limit, budget) : Gaps(text.Content, limit, budget);
        if (places.Count == 0)
        {
            return text;
        }

        long length = text.Length + ((long)places.Count * (replacement.Length - part.Length));
        budget.Make(length);
        TemplateText plain = TemplateText.Plain(replacement.Content);
        var replaced = new TemplateTextBuilder();
        int start = 0;
        foreach (int at in places)
        {
            replaced.Append(text, start, at - start).Append(IsPlain(text, at, part.Length) ? plain : replacement);
            start = at + part.Length;
        }

        return replaced.Append(text, start, text.Length - start).ToText();
    }

    // A gap is plain beside something plain.
    private static bool IsPlain(TemplateText text, int at, int length) => length > 0
        ? text.Runs(at, at + length).Any(run => run.Plain)
        : (at > 0 && text.IsPlain(at - 1)) || (at < text.Length && text.IsPlain(at));

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
