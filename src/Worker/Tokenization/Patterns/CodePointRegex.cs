using System.Buffers;
using System.Text.RegularExpressions;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>A regular expression of <c>tokenizer.json</c>, matched code point by code point. Immutable.</summary>
internal sealed class CodePointRegex
{
    // A guard against patterns that backtrack without end, not a budget: real ones are linear and take milliseconds a megabyte.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(20);

    private readonly CodePointAlphabet _alphabet;
    private readonly Regex _regex;

    /// <exception cref="InvalidDataException">The pattern is malformed or not supported; the message holds it.</exception>
    public CodePointRegex(string pattern)
    {
        (string translated, _alphabet) = OnigurumaTranslator.Translate(pattern);
        try
        {
            _regex = new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.Compiled, MatchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"pattern '{pattern}' is not supported: {e.Message}", e);
        }
    }

    /// <summary>
    /// The matches in well-formed text, in order and without overlap. Empty ones are among them, save one where the last match ends.
    /// </summary>
    public List<Range> Matches(ReadOnlySpan<char> text)
    {
        var matches = new List<Range>();
        char[] letters = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            int count = _alphabet.Spell(text, letters);
            int position = 0;
            int letter = 0;
            int lastEnd = -1;
            foreach (ValueMatch match in _regex.EnumerateMatches(letters.AsSpan(0, count)))
            {
                if (match.Length == 0 && match.Index == lastEnd)
                {
                    continue;
                }

                lastEnd = match.Index + match.Length;
                int start = Advance(text, match.Index, ref position, ref letter, count);
                matches.Add(start..Advance(text, lastEnd, ref position, ref letter, count));
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
        }

        return matches;
    }

    // Matches come in order, so one walk along the text finds where each begins and ends in UTF-16.
    private static int Advance(ReadOnlySpan<char> text, int target, ref int position, ref int letter, int count)
    {
        if (count == text.Length)
        {
            return target;
        }

        for (; letter < target; letter++)
        {
            position += char.IsHighSurrogate(text[position]) ? 2 : 1;
        }

        return position;
    }
}
