using Godwit.Worker.ChatTemplates.Rendering;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Fills texts up to a width.</summary>
internal static class TextPad
{
    /// <summary>Python's <c>ljust</c>, <c>rjust</c>, <c>center</c> and <c>zfill</c>.</summary>
    public static string Pad(string text, int width, string fill, string method, RenderBudget budget)
    {
        if (CodePoints.Count(fill) != 1)
        {
            throw new TemplateFaultException($"{method}() fills with one character");
        }

        int missing = width - CodePoints.Count(text);
        if (missing <= 0)
        {
            return text;
        }

        budget.Make(text.Length + (2L * missing));
        switch (method)
        {
            case "ljust": return text + Filling(fill, missing);
            case "rjust": return Filling(fill, missing) + text;
            case "zfill":
                int sign = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
                return text[..sign] + Filling(fill, missing) + text[sign..];
            default:
                // Where the sides cannot be equal, Python gives the left one the more, if the width is odd.
                int left = (missing / 2) + (missing & width & 1);
                return Filling(fill, left) + text + Filling(fill, missing - left);
        }
    }

    private static string Filling(string fill, int count) =>
        fill.Length == 1 ? new string(fill[0], count) : string.Concat(Enumerable.Repeat(fill, count));
}
