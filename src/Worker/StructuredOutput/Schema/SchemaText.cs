using System.Text;
using System.Text.Json;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>A schema's text, read strictly.</summary>
internal static class SchemaText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Parses it.</summary>
    /// <exception cref="ConstraintException">It is not JSON, or some of its text is not Unicode.</exception>
    public static JsonDocument Parse(string schema)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(schema);
        try
        {
            RequireUnicode(bytes);
            return JsonDocument.Parse(bytes, Options);
        }
        catch (JsonException e)
        {
            throw ConstraintException.Invalid($"The schema is not valid JSON: {e.Message}");
        }
    }

    // The parser leaves escapes as they are; whoever reads one that is half of a pair, a name or a value, would fail.
    private static void RequireUnicode(byte[] schema)
    {
        var reader = new Utf8JsonReader(schema, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
            {
                try
                {
                    reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    throw ConstraintException.Invalid("A name or a string in the schema contains half of a surrogate pair.");
                }
            }
        }
    }
}
