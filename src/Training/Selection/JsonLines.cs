using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Godwit.Training.Selection;

/// <summary>Files of one JSON object a line, compressed if their name ends in <c>.gz</c>.</summary>
internal static class JsonLines
{
    /// <summary>Reads all of a file.</summary>
    /// <exception cref="InvalidDataException">A line is not such an object; the message names it.</exception>
    public static IReadOnlyList<T> Read<T>(string path, JsonTypeInfo<T> type)
    {
        using FileStream file = File.OpenRead(path);
        using Stream plain = IsCompressed(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(plain);
        List<T> items = [];
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            try
            {
                items.Add(JsonSerializer.Deserialize(line, type) ?? throw new JsonException("it is null"));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{path}, line {number}: {error.Message}", error);
            }
        }

        return items;
    }

    /// <summary>Writes a file whole or not at all; its folder is made if it is missing.</summary>
    public static void Write<T>(string path, IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = $"{target}.{Environment.ProcessId}.new";
        using (FileStream file = File.Create(temporary))
        using (Stream plain = IsCompressed(path) ? new GZipStream(file, CompressionLevel.SmallestSize) : file)
        {
            foreach (T item in items)
            {
                Serialize(plain, item, type);
                plain.WriteByte((byte)'\n');
            }
        }

        File.Move(temporary, target, overwrite: true);
    }

    private static void Serialize<T>(Stream stream, T item, JsonTypeInfo<T> type)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(json, item, type);
    }

    private static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
