using System.Globalization;
using System.Text;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>A pattern's text and a place in it.</summary>
internal sealed class PatternReader(string pattern)
{
    // A pattern's author is the model's, yet a slip of theirs should not cost minutes.
    private const int MostRepeats = 1000;

    public int Position { get; set; }

    public bool AtEnd => Position >= pattern.Length;

    /// <summary>The code point here, which is passed.</summary>
    public int Read()
    {
        if (AtEnd)
        {
            throw Refuse("ends too early");
        }

        Rune rune = Rune.TryGetRuneAt(pattern, Position, out Rune found) ? found : Rune.ReplacementChar;
        Position += rune.Utf16SequenceLength;
        return rune.Value;
    }

    public bool Looks(string text) => pattern.AsSpan(Position).StartsWith(text, StringComparison.Ordinal);

    /// <summary>Passes the text if it stands here.</summary>
    public bool TryRead(string text)
    {
        bool found = Looks(text);
        Position += found ? text.Length : 0;
        return found;
    }

    /// <summary>What stands before the next occurrence of <paramref name="end"/>; both are passed.</summary>
    public string ReadUntil(string end)
    {
        int at = pattern.IndexOf(end, Position, StringComparison.Ordinal);
        if (at < 0)
        {
            throw Refuse($"lacks '{end}'");
        }

        string text = pattern[Position..at];
        Position = at + end.Length;
        return text;
    }

    /// <summary>A code point in hexadecimal digits, followed by <paramref name="end"/>.</summary>
    public int ReadHex(int least, int most, string end)
    {
        int start = Position;
        while (!AtEnd && Position - start < most && char.IsAsciiHexDigit(pattern[Position]))
        {
            Position++;
        }

        return Position - start >= least
            && int.TryParse(pattern.AsSpan(start, Position - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            && Rune.IsValid(value)
            && TryRead(end)
                ? value
                : throw Refuse("has a malformed hexadecimal escape");
    }

    /// <summary>A decimal number, -1 when none stands here.</summary>
    public int ReadNumber()
    {
        int start = Position;
        while (!AtEnd && Position - start < 6 && char.IsAsciiDigit(pattern[Position]))
        {
            Position++;
        }

        return Position == start ? -1 : int.Parse(pattern.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>A number of repeats in braces, as .NET writes it.</summary>
    /// <returns>Null where the brace is an ordinary character.</returns>
    public string? ReadInterval()
    {
        int start = Position;
        TryRead("{");
        int least = ReadNumber();
        bool comma = TryRead(",");
        int most = comma ? ReadNumber() : least;
        if ((least < 0 && most < 0) || !TryRead("}"))
        {
            Position = start;
            return null;
        }

        if (least > MostRepeats || most > MostRepeats || (most >= 0 && most < least))
        {
            throw Refuse($"repeats without an order, or more than {MostRepeats} times");
        }

        string low = Math.Max(least, 0).ToString(CultureInfo.InvariantCulture);
        return !comma ? $"{{{low}}}" : most < 0 ? $"{{{low},}}" : string.Create(CultureInfo.InvariantCulture, $"{{{low},{most}}}");
    }

    public InvalidDataException Refuse(string what) => new($"pattern '{pattern}' {what}");
}
