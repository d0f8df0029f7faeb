using System.Text;

namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Upper and lower case, in Unicode's simple mapping but for ß, which Python makes SS.</summary>
internal static class TextCase
{
    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    public static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>The first character in upper case, all others in lower.</summary>
    public static string Capitalize(string text)
    {
        int first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : Math.Min(1, text.Length);
        return Upper(text[..first]) + Lower(text[first..]);
    }

    /// <summary>Python's <c>str.title</c>: every run of letters is a word.</summary>
    public static string Title(string text) => ByWord(text, static (c, before) => char.IsLetter(c) && !char.IsLetter(before));

    /// <summary>Jinja's filter <c>title</c>: words begin after white space, <c>-</c> and opening brackets.</summary>
    public static string TitleWords(string text) =>
        ByWord(text, static (_, before) => before == '\0' || before is '-' or '(' or '{' or '[' or '<' || WhiteSpace.Is(before));

    public static string Swap(string text)
    {
        var swapped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            swapped.Append(char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
        }

        return swapped.ToString();
    }

    /// <summary>Whether there are letters with a case, all of them lower.</summary>
    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    /// <summary>Whether there are letters with a case, all of them upper.</summary>
    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    private static string ByWord(string text, Func<char, char, bool> begins)
    {
        var title = new StringBuilder(text.Length);
        char before = '\0';
        foreach (char c in text)
        {
            title.Append(begins(c, before) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c));
            before = c;
        }

        return title.ToString();
    }
}
