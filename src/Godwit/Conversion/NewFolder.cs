using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Conversion;

/// <summary>A model's folder in the making: it appears whole or not at all.</summary>
internal static class NewFolder
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Fills a neighbouring folder first and renames it, so that a failure leaves nothing half-written.</summary>
    /// <exception cref="ConversionException">There is something at this place already.</exception>
    public static void Write(string directory, Action<string> fill)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw new ConversionException(directory, "exists already; give a new folder");
        var partial = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))}.partial-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(partial);
            fill(partial);
            if (Directory.Exists(directory))
                Directory.Delete(directory);
            Directory.Move(partial, directory);
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }
    }

    /// <summary>Writes one of its JSON files.</summary>
    public static void WriteJson(string folder, string name, JsonNode content) =>
        File.WriteAllText(Path.Combine(folder, name), content.ToJsonString(Indented) + "\n");
}
