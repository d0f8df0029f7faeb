using System.IO.Compression;
using System.Text.Json;

namespace Godwit.Training.Selection.Evaluation.Data;

/// <summary>Reads labelled prompts: one JSON object a line, gzipped when the name ends in <c>.gz</c>.</summary>
public static class HeldoutFile
{
    /// <summary>All prompts, in the file's order.</summary>
    /// <exception cref="InvalidDataException">A line is not a labelled prompt; the message says which and why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<HeldoutPrompt> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using StreamReader reader = new(stream);
        List<HeldoutPrompt> prompts = [];
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0)
            {
                prompts.Add(Parse(line, $"{path}, line {number}"));
            }
        }

        return prompts.Count > 0 ? prompts : throw new InvalidDataException($"{path} holds no prompt.");
    }

    private static HeldoutPrompt Parse(string line, string place)
    {
        HeldoutPrompt prompt;
        try
        {
            prompt = JsonSerializer.Deserialize(line, HeldoutJson.Default.HeldoutPrompt)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{place}: {e.Message}", e);
        }

        if (prompt.Variant is not (HeldoutPrompt.Original or HeldoutPrompt.Normalised or HeldoutPrompt.Spliced))
        {
            throw new InvalidDataException($"{place}: there is no variant '{prompt.Variant}'.");
        }

        foreach ((string expert, double loss) in prompt.Losses)
        {
            if (!double.IsFinite(loss) || loss < 0)
            {
                throw new InvalidDataException($"{place}: the loss of '{expert}' must be a number of at least 0.");
            }
        }

        return prompt;
    }
}
