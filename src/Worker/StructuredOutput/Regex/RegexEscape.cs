using System.Globalization;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>Reads what follows a backslash in a regular expression.</summary>
/// <param name="pattern">The expression.</param>
/// <param name="at">Index behind the backslash.</param>
/// <param name="inClass">Within square brackets.</param>
internal readonly struct RegexEscape(string pattern, int at, bool inClass)
{
    /// <summary>The set that the escape stands for.</summary>
    /// <param name="end">Index behind the escape.</param>
    public CodePointSet Read(out int end)
    {
        if (at >= pattern.Length)
        {
            throw Error("it ends with a backslash");
        }

        char c = pattern[at];
        end = at + 1;
        switch (c)
        {
            case 'd':
                return CharacterClasses.Digit;
            case 'D':
                return CharacterClasses.Digit.Complement();
            case 'w':
                return CharacterClasses.Word;
            case 'W':
                return CharacterClasses.Word.Complement();
            case 's':
                return CharacterClasses.Space;
            case 'S':
                return CharacterClasses.Space.Complement();
            case 'p' or 'P':
                return Property(c == 'P', out end);
            case 'b' when inClass:
                return CodePointSet.Single('\b');
            case 'b' or 'B':
                throw Error("word boundaries (\\b, \\B) are not supported");
            case 'k' or (>= '1' and <= '9'):
                throw Error("backreferences are not supported");
            case '0' when end >= pattern.Length || !char.IsAsciiDigit(pattern[end]):
                return CodePointSet.Single(0);
            case 'x':
                return CodePointSet.Single(Hex(at + 1, 2, out end));
            case 'u':
                return CodePointSet.Single(Unicode(out end));
            case 'c' when end < pattern.Length && char.IsAsciiLetter(pattern[end]):
                return CodePointSet.Single(pattern[end++] % 32);
        }

        int control = c switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'v' => '\v', 'f' => '\f', _ => -1 };
        return control >= 0 ? CodePointSet.Single(control)
            : char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) ? CodePointSet.Single(c)
            : throw Error($"the escape '\\{c}' is not supported");
    }

    private CodePointSet Property(bool negated, out int end)
    {
        int close = at + 1 < pattern.Length && pattern[at + 1] == '{' ? pattern.IndexOf('}', at) : -1;
        if (close < 0)
        {
            throw Error("'\\p' must be followed by a general category in braces");
        }

        end = close + 1;
        string name = pattern[(at + 2)..close];
        CodePointSet set = CharacterClasses.Property(name)
            ?? throw Error($"the property '\\p{{{name}}}' is not supported; general categories are");
        return negated ? set.Complement() : set;
    }

    private int Unicode(out int end)
    {
        if (at + 1 < pattern.Length && pattern[at + 1] == '{')
        {
            int close = pattern.IndexOf('}', at);
            bool read = close > 0 && int.TryParse(
                pattern.AsSpan((at + 2)..close), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
                && System.Text.Rune.IsValid(value) && Scalar(value);
            end = close + 1;
            return read
                ? int.Parse(pattern.AsSpan((at + 2)..close), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : throw Error("'\\u{…}' must name a code point");
        }

        int first = Hex(at + 1, 4, out end);
        if (char.IsHighSurrogate((char)first) && end + 1 < pattern.Length && pattern[end] == '\\' && pattern[end + 1] == 'u')
        {
            int second = Hex(end + 2, 4, out end);
            if (char.IsLowSurrogate((char)second))
            {
                return char.ConvertToUtf32((char)first, (char)second);
            }
        }

        return Scalar(first) ? first : throw Error("'\\u' names half of a surrogate pair");
    }

    private static bool Scalar(int value) => value is >= 0 and (< 0xD800 or > 0xDFFF);

    private int Hex(int start, int digits, out int end)
    {
        end = start + digits;
        return end <= pattern.Length
            && !pattern.AsSpan(start, digits).ContainsAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF"))
            ? int.Parse(pattern.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : throw Error($"{digits} hexadecimal digits are missing");
    }

    private ConstraintException Error(string problem) =>
        ConstraintException.Invalid($"The regular expression is not supported at position {at}: {problem}.");
}
