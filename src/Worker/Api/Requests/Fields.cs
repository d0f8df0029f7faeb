using System.Globalization;
using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Typed reads of one JSON object's fields. A missing field and a null are the same; anything of another type or out of range is an
/// <see cref="ApiException"/> that names the field, what it was and what is allowed.
/// </summary>
internal readonly struct Fields(JsonElement json)
{
    /// <summary>The field's value, or null when it is missing or null.</summary>
    public JsonElement? Find(string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A boolean, or <paramref name="otherwise"/> when missing.</summary>
    public bool Flag(string name, string? param = null, bool otherwise = false) => Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { } other => throw WrongType(param ?? name, "true or false", other),
    };

    /// <summary>A finite number within bounds; the lower one is not allowed itself when <paramref name="aboveMin"/> says so.</summary>
    public double? Number(string name, double min, double max, bool aboveMin = false) =>
        Find(name) is { } value ? ReadNumber(value, name, min, max, aboveMin) : null;

    /// <summary>An integer within bounds.</summary>
    public int? Integer(string name, int min, int max) =>
        Find(name) is { } value ? ReadInteger(value, name, min, max) : null;

    /// <summary>Any integer of 64 bits.</summary>
    public long? Long(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        const string Allowed = "an integer of 64 bits";
        return value.ValueKind != JsonValueKind.Number
            ? throw WrongType(name, Allowed, value)
            : value.TryGetInt64(out long number) ? number : throw OutOfRange(name, Allowed, value);
    }

    /// <summary>The finite number in <paramref name="value"/>.</summary>
    public static double ReadNumber(JsonElement value, string param, double min, double max, bool aboveMin = false)
    {
        string allowed = string.Create(
            CultureInfo.InvariantCulture, $"a number {(aboveMin ? "above" : "from")} {min} {(aboveMin ? "up to" : "to")} {max}");
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(param, allowed, value);
        }

        return value.TryGetDouble(out double number) && number >= min && number <= max && !(aboveMin && number == min)
            ? number
            : throw OutOfRange(param, allowed, value);
    }

    /// <summary>The integer in <paramref name="value"/>.</summary>
    public static int ReadInteger(JsonElement value, string param, int min, int max)
    {
        string allowed = string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}");
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(param, allowed, value);
        }

        return value.TryGetInt32(out int number) && number >= min && number <= max ? number : throw OutOfRange(param, allowed, value);
    }

    /// <summary>The string in <paramref name="value"/>.</summary>
    public static string ReadString(JsonElement value, string param) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(param, "a string", value);

    /// <summary>The error for a value of the wrong JSON type.</summary>
    public static ApiException WrongType(string param, string allowed, JsonElement value) =>
        ApiException.InvalidValue(param, $"'{param}' must be {allowed}, but it was {Describe(value)}.");

    private static ApiException OutOfRange(string param, string allowed, JsonElement value)
    {
        const int Shown = 32;
        string text = value.GetRawText();
        return ApiException.InvalidValue(
            param, $"'{param}' must be {allowed}, but it was {(text.Length <= Shown ? text : text[..Shown] + "…")}.");
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
