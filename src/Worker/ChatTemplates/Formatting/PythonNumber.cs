using System.Globalization;
using System.Numerics;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Numbers as Python writes and reads them.</summary>
internal static class PythonNumber
{
    /// <summary>Longest integer that is read.</summary>
    private const int MaxDigits = 4299;

    /// <summary>An integer's digits.</summary>
    public static string Write(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The shortest digits that read back as the same double, always with a point or an exponent; the exponent below 1e-4 and from 1e16.
    /// </summary>
    public static string Write(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        (string digits, int exponent) = Digits(Math.Abs(value));
        string sign = value < 0 ? "-" : "";
        return sign + (exponent is < -4 or >= 16 ? WithExponent(digits, exponent) : Plain(digits, exponent));
    }

    /// <summary>Python's <c>int(text)</c>: white space around, a sign, digits in groups by underscores; null for anything else.</summary>
    public static BigInteger? ReadInteger(string text, int radix = 10)
    {
        string trimmed = text.Trim();
        bool negative = trimmed.StartsWith('-');
        string digits = trimmed.Length > 0 && trimmed[0] is '-' or '+' ? trimmed[1..] : trimmed;
        if (!HasGroupedDigits(ref digits) || digits.Length > MaxDigits)
        {
            return null;
        }

        BigInteger value = BigInteger.Zero;
        if (radix == 10)
        {
            if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            {
                return null;
            }
        }
        else
        {
            foreach (char c in digits)
            {
                int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : radix;
                if (digit >= radix)
                {
                    return null;
                }

                value = (value * radix) + digit;
            }
        }

        return negative ? -value : value;
    }

    /// <summary>Python's <c>float(text)</c>; null for what is no number.</summary>
    public static double? ReadFloat(string text)
    {
        string trimmed = text.Trim();
        switch (trimmed.TrimStart('+', '-').ToLowerInvariant())
        {
            case "inf" or "infinity": return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan": return double.NaN;
        }

        return HasGroupedDigits(ref trimmed)
            && double.TryParse(
                trimmed,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out double value)
            ? value
            : null;
    }

    // Underscores stand only between digits.
    private static bool HasGroupedDigits(ref string text)
    {
        for (int i = text.IndexOf('_'); i >= 0; i = text.IndexOf('_', i + 1))
        {
            if (i == 0 || i == text.Length - 1 || !char.IsAsciiLetterOrDigit(text[i - 1]) || !char.IsAsciiLetterOrDigit(text[i + 1]))
            {
                return false;
            }
        }

        text = text.Replace("_", "", StringComparison.Ordinal);
        return text.Length > 0;
    }

    /// <summary>The shortest digits d₁d₂… and the exponent e with value = d₁.d₂… × 10^e.</summary>
    private static (string Digits, int Exponent) Digits(double value)
    {
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        string mantissa = mark < 0 ? shortest : shortest[..mark];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        int exponent = mark >= 0
            ? int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + PointOf(mantissa)
            : PointOf(mantissa);
        return (digits, exponent);
    }

    // The exponent that a number without one has.
    private static int PointOf(string mantissa)
    {
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int whole = point < 0 ? mantissa.Length : point;
        if (mantissa[0] != '0')
        {
            return whole - 1;
        }

        int zeros = mantissa.AsSpan(point + 1).IndexOfAnyExcept('0');
        return -zeros - 1;
    }

    private static string WithExponent(string digits, int exponent)
    {
        string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        string sign = exponent < 0 ? "-" : "+";
        return $"{mantissa}e{sign}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    private static string Plain(string digits, int exponent) => exponent < 0
        ? "0." + new string('0', -exponent - 1) + digits
        : digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0') + ".0"
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
}
