using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>
/// The four normalization forms (UAX #15): decompose, order, recompose. Own code because <see cref="string.Normalize()"/> does
/// nothing in globalization-invariant mode. Works on the stretches that may change, and leaves the rest alone.
/// </summary>
internal sealed class UnicodeNormalizer : Normalizer
{
    private readonly bool _compatibility;
    private readonly bool _compose;

    private UnicodeNormalizer(bool compatibility, bool compose)
    {
        _compatibility = compatibility;
        _compose = compose;
    }

    public static UnicodeNormalizer Nfc { get; } = new(compatibility: false, compose: true);

    public static UnicodeNormalizer Nfd { get; } = new(compatibility: false, compose: false);

    public static UnicodeNormalizer Nfkc { get; } = new(compatibility: true, compose: true);

    public static UnicodeNormalizer Nfkd { get; } = new(compatibility: true, compose: false);

    public override TracedText Apply(TracedText text)
    {
        // Below U+0300 nothing combines and nothing decomposes for good; below U+00A0 nothing decomposes at all.
        char first = this == Nfc ? '\u0300' : '\u00A0';
        int position = text.Text.AsSpan().IndexOfAnyInRange(first, '\uFFFF');
        if (position < 0)
        {
            return text;
        }

        DecompositionData data = DecompositionData.Instance;
        TextRewriter? rewriter = null;
        int kept = 0;
        int previous = Math.Max(0, position - 1);
        while (position < text.Text.Length)
        {
            Rune rune = Rune.GetRuneAt(text.Text, position);
            if (!data.MayChange(rune.Value, _compatibility, _compose))
            {
                previous = position;
                position += rune.Utf16SequenceLength;
                continue;
            }

            // What may change begins with the character before, which it may compose with, and ends before the next that stands fast.
            int start = _compose ? Math.Max(kept, previous) : position;
            int end = position;
            do
            {
                end += rune.Utf16SequenceLength;
            }
            while (end < text.Text.Length && data.MayChange((rune = Rune.GetRuneAt(text.Text, end)).Value, _compatibility, _compose));

            List<Mark> stretch = Normalize(text, start, end, data);
            if (!IsWritten(stretch, text.Text.AsSpan(start..end)))
            {
                rewriter ??= new TextRewriter(text);
                rewriter.Keep(kept, start);
                Write(stretch, start, rewriter);
                kept = end;
            }

            position = previous = end;
        }

        if (rewriter is null)
        {
            return text;
        }

        rewriter.Keep(kept, text.Text.Length);
        return rewriter.Finish();
    }

    private static bool IsWritten(List<Mark> stretch, ReadOnlySpan<char> text)
    {
        foreach (Mark mark in stretch)
        {
            if (Rune.DecodeFromUtf16(text, out Rune rune, out int length) != OperationStatus.Done || rune.Value != mark.CodePoint)
            {
                return false;
            }

            text = text[length..];
        }

        return text.IsEmpty;
    }

    private static void Write(List<Mark> stretch, int start, TextRewriter rewriter)
    {
        Span<char> units = stackalloc char[2];
        foreach (Mark mark in stretch)
        {
            rewriter.Put(units[..new Rune(mark.CodePoint).EncodeToUtf16(units)], start, mark.Plain);
        }
    }

    private List<Mark> Normalize(TracedText text, int start, int end, DecompositionData data)
    {
        var marks = new List<Mark>(end - start + 16);
        while (start < end)
        {
            Rune rune = Rune.GetRuneAt(text.Text, start);
            int next = start + rune.Utf16SequenceLength;
            Decompose(rune.Value, text.AnyPlain(start, next), data, marks);
            start = next;
        }

        Order(CollectionsMarshal.AsSpan(marks));
        return _compose ? Compose(marks, data) : marks;
    }

    private void Decompose(int codePoint, bool plain, DecompositionData data, List<Mark> marks)
    {
        if (Hangul.IsSyllable(codePoint))
        {
            (int leading, int vowel, int trailing) = Hangul.Decompose(codePoint);
            marks.Add(new Mark(leading, 0, marks.Count, plain));
            marks.Add(new Mark(vowel, 0, marks.Count, plain));
            if (trailing >= 0)
            {
                marks.Add(new Mark(trailing, 0, marks.Count, plain));
            }
        }
        else if (_compatibility && data.CompatibilityDecomposition(codePoint) is { } whole)
        {
            foreach (int part in whole)
            {
                marks.Add(new Mark(part, data.Class(part), marks.Count, plain));
            }
        }
        else if (data.TryDecompose(codePoint, out (int First, int Second) parts))
        {
            // The first part may decompose again, the tables are at most a few steps deep.
            Decompose(parts.First, plain, data, marks);
            if (parts.Second >= 0)
            {
                Decompose(parts.Second, plain, data, marks);
            }
        }
        else
        {
            marks.Add(new Mark(codePoint, data.Class(codePoint), marks.Count, plain));
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

    private static List<Mark> Compose(List<Mark> marks, DecompositionData data)
    {
        var composed = new List<Mark>(marks.Count);
        int starter = -1;
        int lastClass = 0;
        foreach (Mark mark in marks)
        {
            bool blocked = starter < 0 || (lastClass != 0 && lastClass >= mark.Class);
            if (!blocked && TryCompose(data, composed[starter].CodePoint, mark.CodePoint, out int whole))
            {
                composed[starter] = new Mark(whole, 0, starter, composed[starter].Plain || mark.Plain);
                continue;
            }

            if (mark.Class == 0)
            {
                starter = composed.Count;
            }

            lastClass = mark.Class;
            composed.Add(mark);
        }

        return composed;
    }

    private static bool TryCompose(DecompositionData data, int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || data.TryCompose(first, second, out composed);

    /// <summary>A code point with what orders it, its class and then where it stood, and whether a plain one is in it.</summary>
    private readonly record struct Mark(int CodePoint, byte Class, int Position, bool Plain) : IComparable<Mark>
    {
        public int CompareTo(Mark other) =>
            Class != other.Class ? Class.CompareTo(other.Class) : Position.CompareTo(other.Position);
    }
}
