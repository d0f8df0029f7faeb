using System.Numerics;

namespace Godwit.Router.Features;

/// <summary>What a text looks like, in a few shares; each becomes one of eight levels, and each level is a feature of its own.</summary>
internal struct SurfaceProfile
{
    /// <summary>Features of every text.</summary>
    public const int Features = 7;

    /// <summary>Levels of each.</summary>
    public const int Levels = 8;

    // n-grams and words together have length 1 however many there are; so much a feature of the surface has beside them.
    private const float Weight = 0.25f;

    private int _chars;
    private int _upper;
    private int _letters;
    private int _digits;
    private int _marks;
    private int _lines;
    private int _foreign;
    private int _words;
    private bool _inWord;

    /// <summary>Counts a character.</summary>
    public void See(char c, bool word, bool blank)
    {
        _chars++;
        if (word && !_inWord)
        {
            _words++;
        }

        _inWord = word;
        if (c >= 128)
        {
            _foreign++;
        }

        if (blank)
        {
            _lines += c == '\n' ? 1 : 0;
        }
        else if (!word)
        {
            _marks++;
        }
        else if (char.IsDigit(c))
        {
            _digits++;
        }
        else
        {
            _letters++;
            _upper += char.IsUpper(c) ? 1 : 0;
        }
    }

    /// <summary>Writes the features: bucket <paramref name="first"/> and the following.</summary>
    /// <returns>How many they are.</returns>
    public readonly int Write(int length, int first, Span<long> ids, Span<float> weights)
    {
        int letters = Math.Max(1, _letters);
        int chars = Math.Max(1, _chars);
        ReadOnlySpan<int> levels =
        [
            ShareLevel(_upper, letters),
            ShareLevel(_digits, chars),
            ShareLevel(_marks, chars),
            ShareLevel(_lines, chars),
            ShareLevel(_foreign, chars),
            // Up to 15, 31, … 1023 characters, and more.
            Math.Clamp(BitOperations.Log2((uint)length | 1) - 3, 0, Levels - 1),
            // Mean length of a word, from below 2 to above 7 characters.
            Math.Clamp(((_letters + _digits) / Math.Max(1, _words)) - 1, 0, Levels - 1),
        ];
        for (int i = 0; i < levels.Length; i++)
        {
            ids[i] = first + (i * Levels) + levels[i];
            weights[i] = Weight;
        }

        return levels.Length;
    }

    // None, up to 1/64, 1/32, … 1/2, and more: most texts differ at the low end.
    private static int ShareLevel(int count, int of) =>
        count == 0 ? 0 : Math.Clamp(Levels - 1 - BitOperations.Log2((uint)Math.Max(1, of / count)), 1, Levels - 1);
}
