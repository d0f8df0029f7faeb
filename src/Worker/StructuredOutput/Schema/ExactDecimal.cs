using System.Globalization;
using System.Numerics;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>A JSON number, exactly as written, without its exponent.</summary>
internal sealed class ExactDecimal
{
    private const int MostDigits = 400;

    private ExactDecimal(bool negative, string whole, string fraction)
    {
        Whole = whole.TrimStart('0');
        Fraction = fraction.TrimEnd('0');
        IsNegative = negative && !IsZero;
    }

    /// <summary>Below zero.</summary>
    public bool IsNegative { get; }

    /// <summary>Zero, of either sign.</summary>
    public bool IsZero => Whole.Length == 0 && Fraction.Length == 0;

    /// <summary>Digits before the point, without leading zeros; empty for none.</summary>
    public string Whole { get; }

    /// <summary>Digits behind the point, without trailing zeros.</summary>
    public string Fraction { get; }

    /// <summary>Reads the text of a JSON number.</summary>
    public static ExactDecimal Parse(string text)
    {
        bool negative = text.StartsWith('-');
        int exponentAt = text.IndexOfAny(['e', 'E']);
        string mantissa = text[(negative ? 1 : 0)..(exponentAt < 0 ? text.Length : exponentAt)];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? mantissa : mantissa[..point];
        string fraction = point < 0 ? "" : mantissa[(point + 1)..];
        int exponent = 0;
        bool small = exponentAt < 0
            || int.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
        if (!small || Math.Abs((long)exponent) > MostDigits || mantissa.Length > MostDigits)
        {
            throw ConstraintException.TooComplex($"A number in the schema has more than {MostDigits} digits, which is the most allowed.");
        }

        string digits = exponent >= 0 ? whole + fraction.PadRight(exponent, '0') : whole.PadLeft(-exponent, '0') + fraction;
        int split = exponent >= 0 ? whole.Length + exponent : Math.Max(whole.Length, -exponent) + exponent;
        return new ExactDecimal(negative, digits[..split], digits[split..]);
    }

    /// <summary>Texts that this server writes the number in.</summary>
    public IEnumerable<string> Spellings()
    {
        string plain = (Whole.Length == 0 ? "0" : Whole) + (Fraction.Length == 0 ? "" : "." + Fraction);
        foreach (string sign in IsZero ? ["", "-"] : IsNegative ? ["-"] : new[] { "" })
        {
            yield return sign + plain;
            if (Fraction.Length == 0)
            {
                yield return sign + plain + ".0";
            }
        }
    }

    /// <summary>The number times ten to the power of its fraction's digits, without its sign.</summary>
    public BigInteger Unscaled() => BigInteger.Parse("0" + Whole + Fraction, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A whole number that is at least zero, as an int; null for another or a larger one.</summary>
    public int? AsCount() =>
        IsNegative || Fraction.Length > 0 ? null
        : int.TryParse("0" + Whole, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
        : int.MaxValue;
}
