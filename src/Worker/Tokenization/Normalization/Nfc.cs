using System.Runtime.InteropServices;
using System.Text;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>
/// Canonical composition (UAX #15) of well-formed text: decompose, order, recompose. Own code because
/// <see cref="string.Normalize()"/> does nothing in globalization-invariant mode.
/// </summary>
internal static class Nfc
{
    public static string Normalize(string text)
    {
        // Below U+0300 nothing combines and nothing decomposes for good.
        if (text.AsSpan().IndexOfAnyInRange('\u0300', '\uFFFF') < 0 || !MayChange(text))
        {
            return text;
        }

        List<Mark> marks = Decompose(text);
        Order(CollectionsMarshal.AsSpan(marks));
        return Compose(marks);
    }

    private static bool MayChange(string text)
    {
        CanonicalData data = CanonicalData.Instance;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value >= 0x300 && data.MayChange(rune.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static List<Mark> Decompose(string text)
    {
        CanonicalData data = CanonicalData.Instance;
        var marks = new List<Mark>(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Hangul.IsSyllable(rune.Value))
            {
                (int leading, int vowel, int trailing) = Hangul.Decompose(rune.Value);
                marks.Add(new Mark(leading, 0, marks.Count));
                marks.Add(new Mark(vowel, 0, marks.Count));
                if (trailing >= 0)
                {
                    marks.Add(new Mark(trailing, 0, marks.Count));
                }
            }
            else
            {
                AddDecomposed(data, rune.Value, marks);
            }
        }

        return marks;
    }

    private static void AddDecomposed(CanonicalData data, int codePoint, List<Mark> marks)
    {
        if (!data.TryDecompose(codePoint, out (int First, int Second) parts))
        {
            marks.Add(new Mark(codePoint, data.Class(codePoint), marks.Count));
            return;
        }

        // The first part may decompose again, the tables are at most a few steps deep.
        AddDecomposed(data, parts.First, marks);
        if (parts.Second >= 0)
        {
            AddDecomposed(data, parts.Second, marks);
        }
    }

    private static void Order(Span<Mark> marks)
    {
        int start = 0;
        while (start < marks.Length)
        {
            int end = start;
            while (end < marks.Length && marks[end].Class != 0)
            {
                end++;
            }

            // Sorted, not bubbled: a text of combining marks alone must not be quadratic.
            if (end - start > 1)
            {
                marks[start..end].Sort();
            }

            start = end + 1;
        }
    }

    private static string Compose(List<Mark> marks)
    {
        CanonicalData data = CanonicalData.Instance;
        var composed = new List<int>(marks.Count);
        int starter = -1;
        int lastClass = 0;
        foreach (Mark mark in marks)
        {
            bool blocked = starter < 0 || (lastClass != 0 && lastClass >= mark.Class);
            if (!blocked && TryCompose(data, composed[starter], mark.CodePoint, out int whole))
            {
                composed[starter] = whole;
                continue;
            }

            if (mark.Class == 0)
            {
                starter = composed.Count;
            }

            lastClass = mark.Class;
            composed.Add(mark.CodePoint);
        }

        var text = new StringBuilder(composed.Count + 16);
        Span<char> units = stackalloc char[2];
        foreach (int codePoint in composed)
        {
            text.Append(units[..new Rune(codePoint).EncodeToUtf16(units)]);
        }

        return text.ToString();
    }

    private static bool TryCompose(CanonicalData data, int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || data.TryCompose(first, second, out composed);

    /// <summary>A code point with what orders it: its class, then where it stood.</summary>
    private readonly record struct Mark(int CodePoint, byte Class, int Position) : IComparable<Mark>
    {
        public int CompareTo(Mark other) =>
            Class != other.Class ? Class.CompareTo(other.Class) : Position.CompareTo(other.Position);
    }
}
