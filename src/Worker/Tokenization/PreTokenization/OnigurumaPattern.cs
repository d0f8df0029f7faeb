using System.Text;
using System.Text.RegularExpressions;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>
/// Turns the Oniguruma patterns of <c>tokenizer.json</c> into .NET ones, or refuses those that would quietly mean something else.
/// <c>\s</c>, <c>\p{L}</c> and <c>\p{N}</c> mean the same in both (Unicode).
/// </summary>
internal static class OnigurumaPattern
{
    // A guard against patterns that backtrack without end, not a budget: real ones are linear and take milliseconds a megabyte.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(20);

    public static Regex Compile(string pattern)
    {
        if (pattern.Contains("&&", StringComparison.Ordinal) || pattern.Contains("[:", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"pattern '{pattern}' uses class intersection or POSIX brackets, which are not supported");
        }

        if (pattern.Any(char.IsSurrogate))
        {
            throw new InvalidDataException($"pattern '{pattern}' names a character beyond U+FFFF, which is not supported");
        }

        try
        {
            return new Regex(FoldLongS(pattern), RegexOptions.CultureInvariant | RegexOptions.Compiled, MatchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"pattern '{pattern}' is not supported: {e.Message}", e);
        }
    }

    /// <summary>In a case-insensitive group Oniguruma takes U+017F for an s as well; .NET does not.</summary>
    private static string FoldLongS(string pattern)
    {
        if (!pattern.Contains("(?i", StringComparison.Ordinal))
        {
            return pattern;
        }

        var folded = new StringBuilder(pattern.Length + 32);
        var groups = new Stack<bool>();
        bool ignoreCase = false;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                folded.Append(c).Append(pattern[++i]);
                continue;
            }

            if (c is '[' or ']')
            {
                inClass = c == '[';
            }
            else if (!inClass && c == '(')
            {
                groups.Push(ignoreCase);
                ignoreCase |= pattern.AsSpan(i).StartsWith("(?i:") || pattern.AsSpan(i).StartsWith("(?i)");
            }
            else if (!inClass && c == ')')
            {
                bool inlineOption = i >= 3 && pattern.AsSpan(i - 3).StartsWith("(?i)");
                bool outer = groups.Count > 0 && groups.Pop();
                ignoreCase = inlineOption || outer;
            }
            else if (!inClass && ignoreCase && c is 's' or 'S')
            {
                folded.Append("[sS\u017F]");
                continue;
            }

            folded.Append(c);
        }

        return folded.ToString();
    }
}
