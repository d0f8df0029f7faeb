using System.Text.Json;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Reads the JSON that corpora come in.</summary>
internal static class JsonFiles
{
    /// <summary>The items of a file that is one array.</summary>
    public static IEnumerable<JsonElement> Items(params string[] path)
    {
        using JsonDocument document = Parse(Path.Combine(path), File.ReadAllText(Path.Combine(path)));
        foreach (JsonElement item in document.RootElement.EnumerateArray())
        {
            yield return item;
        }
    }

    /// <summary>The named items of a file that is one object.</summary>
    public static IEnumerable<JsonProperty> Properties(params string[] path)
    {
        using JsonDocument document = Parse(Path.Combine(path), File.ReadAllText(Path.Combine(path)));
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            yield return property;
        }
    }

    /// <summary>The lines of a file that has one object on each.</summary>
    public static IEnumerable<JsonElement> Lines(params string[] path)
    {
        foreach (string line in File.ReadLines(Path.Combine(path)).Where(line => line.Length > 0))
        {
            using JsonDocument document = Parse(Path.Combine(path), line);
            yield return document.RootElement;
        }
    }

    /// <summary>A property's text; empty when it has none.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static JsonDocument Parse(string path, string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
