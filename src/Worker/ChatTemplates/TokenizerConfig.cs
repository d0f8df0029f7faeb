using System.Text.Json;

namespace Godwit.Worker.ChatTemplates;

/// <summary>What chat needs of a model's <c>tokenizer_config.json</c>; everything is null where the file, or the entry, is missing.</summary>
/// <param name="ChatTemplate">The template, the one named <c>default</c> of several.</param>
/// <param name="BosToken">Text of the beginning-of-sequence token.</param>
/// <param name="EosToken">Text of the end-of-sequence token.</param>
internal sealed record TokenizerConfig(string? ChatTemplate, string? BosToken, string? EosToken)
{
    /// <exception cref="InvalidDataException">The file cannot be read: one line says why.</exception>
    public static TokenizerConfig Load(string directory)
    {
        string path = Path.Combine(directory, "tokenizer_config.json");
        if (!File.Exists(path))
        {
            return new TokenizerConfig(null, null, null);
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new TokenizerConfig(ReadTemplate(root), ReadToken(root, "bos_token"), ReadToken(root, "eos_token"))
                : throw new InvalidDataException($"{path}: an object was expected");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: malformed JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static string? ReadTemplate(JsonElement root)
    {
        if (!root.TryGetProperty("chat_template", out JsonElement template))
        {
            return null;
        }

        return template.ValueKind switch
        {
            JsonValueKind.String => template.GetString(),
            JsonValueKind.Array => template.EnumerateArray()
                .Where(entry => StringOf(entry, "name") == "default")
                .Select(entry => StringOf(entry, "template"))
                .FirstOrDefault(),
            _ => null,
        };
    }

    // Either the text itself or an added-token object with it.
    private static string? ReadToken(JsonElement root, string name) =>
        StringOf(root, name) ?? (root.TryGetProperty(name, out JsonElement token) ? StringOf(token, "content") : null);

    private static string? StringOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
