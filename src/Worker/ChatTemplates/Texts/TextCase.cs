using System.Text;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Upper and lower case, in Unicode's simple mapping but for ß, which Python makes SS.</summary>
internal static class TextCase
{
    public static TemplateText Upper(TemplateText text) =>
        text.Map(part => part.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal));

    public static TemplateText Lower(TemplateText text) => text.Map(part => part.ToLowerInvariant());

    /// <summary>The first character in upper case, all others in lower.</summary>
    public static TemplateText Capitalize(TemplateText text)
    {
        int first = CodePoints.UnitsOf(text.Content, 1);
        return Upper(text[..first]) + Lower(text[first..]);
    }

    /// <summary>Python's <c>str.title</c>: every run of letters is a word.</summary>
    public static TemplateText Title(TemplateText text) => ByWord(text, static (c, before) => char.IsLetter(c) && !char.IsLetter(before));

    /// <summary>Jinja's filter <c>title</c>: words begin after white space, <c>-</c> and opening brackets.</summary>
    public static TemplateText TitleWords(TemplateText text) =>
        ByWord(text, static (_, before) => before == '\0' || before is '-' or '(' or '{' or '[' or '<' || WhiteSpace.Is(before));

    public static TemplateText Swap(TemplateText text)
    {
        var swapped = new StringBuilder(text.Length);
        foreach (char c in text.Content)
        {
            swapped.Append(char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
        }

        return text.With(swapped.ToString());
    }

    /// <summary>Whether there are letters with a case, all of them lower.</summary>
    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    /// <summary>Whether there are letters with a case, all of them upper.</summary>
    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    private static TemplateText ByWord(TemplateText text, Func<char, char, bool> begins)
    {
        var title = new StringBuilder(text.Length);
        char before = '\0';
        foreach (char c in text.Content)
        {
            title.Append(begins(c, before) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c));
            before = c;
        }

        return text.With(title.ToString());
    }
}
