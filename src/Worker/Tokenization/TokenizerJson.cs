using System.Text.Json;

namespace Godwit.Worker.Tokenization;

/// <summary>Typed reading of <c>tokenizer.json</c> elements: what is missing or of another kind becomes one clear line.</summary>
internal static class TokenizerJson
{
    /// <summary>The property, or null when it is absent or JSON null.</summary>
    public static JsonElement? Optional(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"an object with '{name}' was expected, found {element.ValueKind}");
        }

        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public static JsonElement Required(this JsonElement element, string name, JsonValueKind kind)
    {
        JsonElement value = element.Optional(name) ?? throw new InvalidDataException($"'{name}' is missing");
        return value.ValueKind == kind
            ? value
            : throw new InvalidDataException($"'{name}' must be of kind {kind}, found {value.ValueKind}");
    }

    public static string RequiredString(this JsonElement element, string name) =>
        element.Required(name, JsonValueKind.String).AsString(name);

    /// <summary>A type name such as <c>BPE</c>; absent types read as an empty name.</summary>
    public static string TypeName(this JsonElement element) =>
        element.Optional("type") is { } type ? type.AsString("type") : string.Empty;

    public static string AsString(this JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw new InvalidDataException($"'{what}' must be a string, found {element.ValueKind}");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"'{what}' holds half a surrogate pair", e);
        }
    }

    public static int AsTokenId(this JsonElement element, string what)
    {
        // Tables are indexed by id: a stray huge id must not make them huge.
        const int HighestId = (1 << 22) - 1;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int id) && id is >= 0 and <= HighestId
            ? id
            : throw new InvalidDataException($"'{what}' must be a token id between 0 and {HighestId}");
    }

    public static int Count(this JsonElement element, string name, int fallback)
    {
        if (element.Optional(name) is not { } value)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0
            ? count
            : throw new InvalidDataException($"'{name}' must be a count");
    }

    public static bool Flag(this JsonElement element, string name, bool fallback) => element.Optional(name)?.ValueKind switch
    {
        null => fallback,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new InvalidDataException($"'{name}' must be true or false"),
    };
}
