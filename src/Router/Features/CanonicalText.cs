namespace Godwit.Router.Features;

/// <summary>Text with case and spacing taken out: lower case, and a space only between two words.</summary>
internal static class CanonicalText
{
    /// <summary>Whether a character is part of a word. Halves of surrogate pairs are, so that no pair is torn.</summary>
    public static bool IsWord(char c) =>
        c < 128 ? char.IsAsciiLetterOrDigit(c) || c == '_' : char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    /// <summary>Appends text, and tells <paramref name="surface"/> what it looked like.</summary>
    /// <returns>Length of what is written then; never more than before plus that of the text.</returns>
    public static int Append(ReadOnlySpan<char> text, Span<char> canonical, int length, ref SurfaceProfile surface)
    {
        bool space = false;
        foreach (char c in text)
        {
            bool word = IsWord(c);
            bool blank = !word && (char.IsWhiteSpace(c) || char.IsControl(c));
            surface.See(c, word, blank);
            if (blank)
            {
                space = true;
                continue;
            }

            if (space && word && length > 0 && IsWord(canonical[length - 1]))
            {
                canonical[length++] = ' ';
            }

            space = false;
            canonical[length++] = c < 128 ? (char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c) : char.ToLowerInvariant(c);
        }

        return length;
    }
}
