using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>A client's JSON as template values, as Python's <c>json.loads</c> reads it. All its texts are plain.</summary>
internal static class JsonValues
{
    /// <summary>Digits of the longest integer.</summary>
    private const int MaxDigits = 4299;

    /// <summary>The value of an element.</summary>
    /// <exception cref="JsonException">A text in it is not well-formed Unicode, or a number or the nesting is beyond all measure.</exception>
    public static Value Read(JsonElement element)
    {
        try
        {
            return Convert(element);
        }
        catch (Exception e) when (e is InvalidOperationException or TemplateFaultException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private static Value Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => DictValue.Of(element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Convert(p.Value)))),
        JsonValueKind.Array => new ListValue([.. element.EnumerateArray().Select(Convert)]),
        JsonValueKind.String => StringValue.Plain(element.GetString()!),
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.True => BoolValue.True,
        JsonValueKind.False => BoolValue.False,
        _ => NoneValue.Instance,
    };

    private static Value Number(string digits)
    {
        if (digits.AsSpan().IndexOfAny(".eE") >= 0)
        {
            return new FloatValue(double.Parse(digits, CultureInfo.InvariantCulture));
        }

        return digits.Length <= MaxDigits
            ? new IntValue(BigInteger.Parse(digits, CultureInfo.InvariantCulture))
            : throw new JsonException($"a number has more than {MaxDigits} digits");
    }
}
