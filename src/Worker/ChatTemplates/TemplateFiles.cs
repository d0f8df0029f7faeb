using System.Text.Json;

namespace Godwit.Worker.ChatTemplates;

/// <summary>Reads the files of a model's folder that may hold chat templates.</summary>
internal static class TemplateFiles
{
    /// <summary>The template that is used unless another is asked for.</summary>
    public const string Default = "default";

    /// <summary>
    /// The templates of a folder by name: <c>chat_template.jinja</c> goes before the entry in <c>tokenizer_config.json</c>, and that
    /// before <c>chat_template.json</c>; <c>additional_chat_templates/NAME.jinja</c> come on top.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is there and cannot be read.</exception>
    public static Dictionary<string, string> Load(string directory, TokenizerConfig config)
    {
        var templates = new Dictionary<string, string>(config.ChatTemplates, StringComparer.Ordinal);
        if (ReadText(Path.Combine(directory, "chat_template.jinja")) is { } own)
        {
            templates[Default] = own;
        }
        else if (templates.Count == 0)
        {
            templates = ReadObject(Path.Combine(directory, "chat_template.json"), Templates) ?? templates;
        }

        foreach (string path in Additional(Path.Combine(directory, "additional_chat_templates")))
        {
            templates[Path.GetFileNameWithoutExtension(path)] = ReadText(path) ?? "";
        }

        return templates;
    }

    /// <summary>The templates in the entry <c>chat_template</c>: one text, or a list of named ones.</summary>
    public static Dictionary<string, string> Templates(JsonElement root)
    {
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("chat_template", out JsonElement entry))
        {
            return templates;
        }

        if (entry.ValueKind == JsonValueKind.String)
        {
            templates[Default] = entry.GetString()!;
        }

        foreach (JsonElement named in entry.ValueKind == JsonValueKind.Array ? entry.EnumerateArray() : default)
        {
            if (StringOf(named, "name") is { } name && StringOf(named, "template") is { } template)
            {
                templates[name] = template;
            }
        }

        return templates;
    }

    /// <summary>What is read from a file with one JSON object; null when there is no such file.</summary>
    public static T? ReadObject<T>(string path, Func<JsonElement, T> read)
        where T : class
    {
        if (ReadText(path) is not { } text)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new InvalidDataException($"{path}: an object was expected");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair shows only when the string that holds it is taken, as InvalidOperationException.
            throw new InvalidDataException($"{path}: malformed JSON: {e.Message}", e);
        }
    }

    private static string[] Additional(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jinja") : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{folder}: cannot be read: {e.Message}", e);
        }
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static string? StringOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
