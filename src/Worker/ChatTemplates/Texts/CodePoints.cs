namespace Godwit.Worker.ChatTemplates.Texts;

/// <summary>Texts by code points, as Python counts them; .NET counts UTF-16 units. Half a surrogate pair is one, too.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>UTF-16 units of the code point at a place.</summary>
    public static int UnitsAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    /// <summary>UTF-16 units of the first code points, or of all if there are fewer.</summary>
    public static int UnitsOf(string text, int count)
    {
        int units = 0;
        for (; count > 0 && units < text.Length; count--)
        {
            units += UnitsAt(text, units);
        }

        return units;
    }

    /// <summary>Each code point as a text.</summary>
    public static IEnumerable<string> Each(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            int units = UnitsAt(text, i);
            yield return text.Substring(i, units);
            i += units;
        }
    }

    /// <summary>Where each code point begins, in UTF-16 units, and the text's end; null when the two count alike.</summary>
    public static int[]? Starts(string text)
    {
        int count = Count(text);
        if (count == text.Length)
        {
            return null;
        }

        int[] starts = new int[count + 1];
        for (int i = 0, next = 0; next < count; next++)
        {
            starts[next] = i;
            i += UnitsAt(text, i);
        }

        starts[count] = text.Length;
        return starts;
    }

    /// <summary>Order by code points; UTF-16 puts U+E000 to U+FFFF after everything beyond.</summary>
    public static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        int at = left.AsSpan(0, length).CommonPrefixLength(right);
        if (at == length)
        {
            return left.Length.CompareTo(right.Length);
        }

        (char a, char b) = (left[at], right[at]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
