using System.Globalization;
using System.Numerics;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>One value of a format: its type, precision, sign and width.</summary>
/// <param name="Type">Letter of the type, such as <c>d</c>, <c>f</c>, <c>s</c> or <c>x</c>; null is the value's own.</param>
/// <param name="Align">One of <c>&lt; &gt; ^ =</c>.</param>
/// <param name="Fill">What fills up to the width.</param>
/// <param name="Sign"><c>+</c> or a blank before numbers that are not negative, or nothing.</param>
/// <param name="Width">Least characters.</param>
/// <param name="Precision">Digits after the point, or most characters of a text; below 0 is not given.</param>
/// <param name="Grouped">Whether thousands are parted by commas.</param>
internal sealed record FieldLayout(char? Type, char? Align, char Fill, string Sign, int Width, int Precision, bool Grouped)
{
    /// <summary>Most digits after a point.</summary>
    private const int MaxPrecision = 100;

    /// <summary>The text of a value in this layout.</summary>
    public TemplateText Write(Value value, RenderBudget budget)
    {
        bool isNumber = Numbers.Is(value) && Type is not ('s' or 'r');
        TemplateText text = isNumber && !(Type is null && value is BoolValue)
            ? TemplateText.Written(WriteNumber(value))
            : WriteText(value, budget);
        char align = Align ?? (isNumber ? '>' : '<');
        TemplateText fill = TemplateText.Written(Fill.ToString());
        return align switch
        {
            '^' => TextPad.Pad(text, Width, fill, "center", budget),
            '=' => TextPad.Pad(text, Width, fill, "zfill", budget),
            '<' => TextPad.Pad(text, Width, fill, "ljust", budget),
            _ => TextPad.Pad(text, Width, fill, "rjust", budget),
        };
    }

    private TemplateText WriteText(Value value, RenderBudget budget)
    {
        if (Type is not (null or 's' or 'r'))
        {
            throw new TemplateFaultException($"the format '{Type}' does not take a value of type '{value.TypeName}'");
        }

        TemplateText text = Type == 'r' ? PythonText.Representation(value, budget) : PythonText.Of(value, budget);
        return Precision >= 0 && Precision < text.Length ? text[..CodePoints.UnitsOf(text.Content, Precision)] : text;
    }

    private string WriteNumber(Value value)
    {
        string digits = Type switch
        {
            null when value is IntValue => PythonNumber.Write(Numbers.Integer(value)!.Value),
            null => PythonNumber.Write(Numbers.Float(value)),
            'd' or 'i' or 'u' => PythonNumber.Write(Truncated(value)),
            'x' or 'X' => Hexadecimal(Truncated(value)),
            'f' or 'F' => Numbers.Float(value).ToString("F" + Digits(), CultureInfo.InvariantCulture),
            'e' or 'E' => Exponential(Numbers.Float(value)),
            'g' or 'G' => PythonNumber.Write(Numbers.Float(value)).Replace(".0", "", StringComparison.Ordinal),
            '%' => (100 * Numbers.Float(value)).ToString("F" + Digits(), CultureInfo.InvariantCulture) + "%",
            _ => throw new TemplateFaultException($"the format '{Type}' is not supported"),
        };
        digits = Grouped ? Group(digits) : digits;
        return digits.StartsWith('-') ? digits : Sign + digits;
    }

    private string Digits() => Math.Min(Precision < 0 ? 6 : Precision, MaxPrecision).ToString(CultureInfo.InvariantCulture);

    private string Exponential(double value)
    {
        string text = value.ToString((Type == 'e' ? "e" : "E") + Digits(), CultureInfo.InvariantCulture);

        // .NET writes three digits of exponent at least, Python two.
        int exponent = text.IndexOfAny(['e', 'E']) + 2;
        return exponent > 1 && text[exponent] == '0' ? text.Remove(exponent, 1) : text;
    }

    private string Hexadecimal(BigInteger value)
    {
        string digits = BigInteger.Abs(value).ToString(Type == 'x' ? "x" : "X", CultureInfo.InvariantCulture).TrimStart('0');
        return (value.Sign < 0 ? "-" : "") + (digits.Length > 0 ? digits : "0");
    }

    private static BigInteger Truncated(Value value) => Numbers.Integer(value)
        ?? (double.IsFinite(Numbers.Float(value))
            ? new BigInteger(Numbers.Float(value))
            : throw new TemplateFaultException("the format wants a finite number"));

    private static string Group(string digits)
    {
        int end = digits.AsSpan().IndexOfAny(".e%") is var mark and >= 0 ? mark : digits.Length;
        for (int i = end - 3; i > (digits[0] == '-' ? 1 : 0); i -= 3)
        {
            digits = digits.Insert(i, ",");
        }

        return digits;
    }
}
