using System.Text.Json;

namespace Godwit.Worker.Model;

/// <summary>Reads the small files of a Hugging Face model folder; everything wrong with them is a <see cref="ModelLoadException"/>.</summary>
internal static class ModelFolder
{
    /// <summary>Largest JSON file read whole: the biggest real ones (tokenizers) are about 35 MB.</summary>
    private const long LargestJsonBytes = 256L << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The path of a file that must exist in the folder.</summary>
    public static string RequireFile(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (File.Exists(path))
            return path;
        throw new ModelLoadException(path, Directory.Exists(directory) ? "does not exist" : $"does not exist: there is no folder '{directory}'");
    }

    /// <summary>Reads a file that must hold one JSON object without duplicate keys.</summary>
    public static T ReadObject<T>(string path, Func<JsonElement, T> read) => Guarded(path, () =>
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > LargestJsonBytes)
            throw new ModelLoadException(path, $"is {stream.Length} bytes long; at most {LargestJsonBytes} are read");
        using var document = JsonDocument.Parse(stream, Strict);
        return read(RequireObject(path, document));
    });

    /// <summary>Reads a JSON object that is a part of a file, under the same rules.</summary>
    public static T ReadObject<T>(string path, ReadOnlyMemory<byte> json, Func<JsonElement, T> read) => Guarded(path, () =>
    {
        using var document = JsonDocument.Parse(json, Strict);
        return read(RequireObject(path, document));
    });

    private static JsonElement RequireObject(string path, JsonDocument document) =>
        document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement
            : throw new ModelLoadException(path, "is not a JSON object");

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair shows only when the string that holds it is taken, as InvalidOperationException.
            throw new ModelLoadException(path, $"is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(path, $"cannot be read: {e.Message}", e);
        }
    }
}
