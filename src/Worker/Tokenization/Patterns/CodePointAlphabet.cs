using System.Text;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>
/// The code points as one pattern tells them apart: those that lie in the same of its sets are one letter. .NET's regular
/// expressions see UTF-16 units, so that <c>\p{L}</c> never matches a letter beyond U+FFFF; over these letters they see code points,
/// and no class of theirs can mean something else than ours.
/// </summary>
internal sealed class CodePointAlphabet
{
    // Above ASCII, where no character means anything in a pattern.
    private const char FirstLetter = '\u0100';
    private const int PageSize = 256;

    private readonly string[] _classes;
    private readonly char[][] _pages = new char[(CodePointSet.Highest + 1) / PageSize][];

    /// <param name="sets">The sets that the pattern names.</param>
    public CodePointAlphabet(IReadOnlyList<CodePointSet> sets)
    {
        var letters = new Dictionary<string, char>(StringComparer.Ordinal);
        var members = sets.Select(_ => new List<char>()).ToArray();
        int[] starts = [.. sets.SelectMany(set => set.Ranges.ToArray()).SelectMany(range => (int[])[range.First, range.Last + 1]).Append(0).Distinct().Order()];
        for (int i = 0; i < starts.Length && starts[i] <= CodePointSet.Highest; i++)
        {
            string signature = string.Concat(sets.Select(set => set.Contains(starts[i]) ? '1' : '0'));
            if (!letters.TryGetValue(signature, out char letter))
            {
                letters.Add(signature, letter = (char)(FirstLetter + letters.Count));
                for (int set = 0; set < members.Length; set++)
                {
                    if (signature[set] == '1')
                    {
                        members[set].Add(letter);
                    }
                }
            }

            Fill(starts[i], i + 1 < starts.Length ? starts[i + 1] : CodePointSet.Highest + 1, letter);
        }

        _classes = [.. members.Select(ClassOf)];
    }

    /// <summary>The .NET class that matches one letter of a set, by the set's place in the list given.</summary>
    public string ClassOf(int set) => _classes[set];

    /// <summary>Writes one letter for each code point of well-formed text.</summary>
    /// <returns>How many.</returns>
    public int Spell(ReadOnlySpan<char> text, Span<char> letters)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int codePoint = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? char.ConvertToUtf32(text[i], text[++i]) : text[i];
            letters[count++] = _pages[codePoint / PageSize][codePoint % PageSize];
        }

        return count;
    }

    private static string ClassOf(List<char> letters) => letters.Count == 0
        ? "(?!)"
        : letters.Aggregate(new StringBuilder("["), (text, letter) => text.Append($"\\u{(int)letter:X4}")).Append(']').ToString();

    private void Fill(int start, int end, char letter)
    {
        char[]? uniform = null;
        while (start < end)
        {
            int page = start / PageSize;
            int pageEnd = Math.Min(end, (page + 1) * PageSize);
            if (pageEnd - start == PageSize)
            {
                if (uniform is null)
                {
                    uniform = new char[PageSize];
                    Array.Fill(uniform, letter);
                }

                _pages[page] = uniform;
            }
            else
            {
                (_pages[page] ??= new char[PageSize]).AsSpan(start % PageSize, pageEnd - start).Fill(letter);
            }

            start = pageEnd;
        }
    }
}
