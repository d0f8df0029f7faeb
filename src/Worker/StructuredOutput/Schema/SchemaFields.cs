using System.Text.Json;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Typed reads of one schema's keywords; errors name the keyword and the schema's place.</summary>
/// <param name="document">The whole schema, which gives ids to the schemas within.</param>
/// <param name="entry">The schema.</param>
internal readonly struct SchemaFields(SchemaDocument document, SchemaDocument.Entry entry)
{
    /// <summary>The keyword's value; null when it is missing.</summary>
    public JsonElement? Find(string keyword) => entry.Element.TryGetProperty(keyword, out JsonElement value) ? value : null;

    /// <summary>A count of at least zero.</summary>
    public int? Count(string keyword) => Find(keyword) is { } value
        ? (value.ValueKind == JsonValueKind.Number ? ExactDecimal.Parse(value.GetRawText()).AsCount() : null)
            ?? throw Error($"'{keyword}' must be a whole number of at least 0")
        : null;

    /// <summary>A number, exactly.</summary>
    public ExactDecimal? Decimal(string keyword) => Find(keyword) is { } value
        ? value.ValueKind == JsonValueKind.Number
            ? ExactDecimal.Parse(value.GetRawText())
            : throw Error($"'{keyword}' must be a number")
        : null;

    /// <summary>A string.</summary>
    public string? Text(string keyword) => Find(keyword) is { } value ? ReadText(value, keyword) : null;

    /// <summary>An array of strings; none when it is missing.</summary>
    public IReadOnlyList<string> Texts(string keyword) => Find(keyword) is { } value ? ReadTexts(value, keyword) : [];

    /// <summary>An array of strings.</summary>
    public IReadOnlyList<string> ReadTexts(JsonElement value, string keyword)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Error($"'{keyword}' must be an array of strings");
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            texts.Add(ReadText(item, keyword));
        }

        return texts;
    }

    /// <summary>The id of the keyword's schema.</summary>
    public int? Schema(string keyword) =>
        Find(keyword) is { } value ? document.IdAt(value, entry.Pointer + SchemaDocument.Step(keyword)) : null;

    /// <summary>The ids of the keyword's schemas, at least one; null when it is missing.</summary>
    public IReadOnlyList<int>? Schemas(string keyword)
    {
        if (Find(keyword) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Error($"'{keyword}' must be an array with at least one schema");
        }

        var ids = new List<int>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            ids.Add(document.IdAt(item, $"{entry.Pointer}{SchemaDocument.Step(keyword)}/{ids.Count}"));
        }

        return ids;
    }

    /// <summary>The ids of an object's schemas, by name; none when it is missing.</summary>
    public IReadOnlyList<(string Name, int Id)> NamedSchemas(string keyword)
    {
        if (Find(keyword) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Error($"'{keyword}' must be an object of schemas");
        }

        var schemas = new List<(string, int)>();
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string pointer = entry.Pointer + SchemaDocument.Step(keyword) + SchemaDocument.Step(member.Name);
            schemas.Add((member.Name, document.IdAt(member.Value, pointer)));
        }

        return schemas;
    }

    /// <summary>An error at this schema.</summary>
    public ConstraintException Error(string problem) => ConstraintException.Invalid(
        $"The schema{(entry.Pointer.Length == 0 ? "" : $" at '#{entry.Pointer}'")} cannot be enforced: {problem}.");

    private string ReadText(JsonElement value, string keyword)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Error($"'{keyword}' must be {(keyword is "required" or "dependentRequired" ? "an array of strings" : "a string")}");
        }

        return value.GetString()!;
    }
}
