using System.Text;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Fills texts up to a width.</summary>
internal static class TextPad
{
    /// <summary>Python's <c>ljust</c>, <c>rjust</c>, <c>center</c> and <c>zfill</c>.</summary>
    public static TemplateText Pad(TemplateText text, int width, TemplateText fill, string method, RenderBudget budget)
    {
        if (CodePoints.Count(fill.Content) != 1)
        {
            throw new TemplateFaultException($"{method}() fills with one character");
        }

        int missing = width - CodePoints.Count(text.Content);
        if (missing <= 0)
        {
            return text;
        }

        budget.Make(text.Length + (2L * missing));
        switch (method)
        {
            case "ljust": return text + Repeat(fill, missing);
            case "rjust": return Repeat(fill, missing) + text;
            case "zfill":
                int sign = text.Content is ['-' or '+', ..] ? 1 : 0;
                return text[..sign] + Repeat(fill, missing) + text[sign..];
            default:
                // Where the sides cannot be equal, Python gives the left one the more, if the width is odd.
                int left = (missing / 2) + (missing & width & 1);
                return Repeat(fill, left) + text + Repeat(fill, missing - left);
        }
    }

    /// <summary>A text so many times.</summary>
    public static TemplateText Repeat(TemplateText text, int count)
    {
        if (text.IsOfOneKind)
        {
            return text.Map(part => part.Length > 0 ? new StringBuilder().Insert(0, part, count).ToString() : part);
        }

        var repeated = new TemplateTextBuilder();
        for (int i = 0; i < count; i++)
        {
            repeated.Append(text);
        }

        return repeated.ToText();
    }
}
