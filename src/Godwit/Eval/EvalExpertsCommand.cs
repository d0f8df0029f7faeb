using System.Globalization;
using System.Text.Json;
using Godwit.CommandLine.Configuration;
using Godwit.Contracts.Library;
using Godwit.Training.Selection.Evaluation;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.CommandLine.Eval;

/// <summary><c>godwit eval experts</c>: every expert's loss on every domain of labelled held-out prompts, and into the model cards with it.</summary>
internal static class EvalExpertsCommand
{
    /// <summary>Tables, one per form of the prompts; the best expert of a domain has a star.</summary>
    /// <param name="heldout">File of labelled held-out prompts.</param>
    /// <param name="library">Model cards that take the losses on texts as they were found; null: none.</param>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    public static IReadOnlyList<string> Run(string heldout, string? library)
    {
        try
        {
            IReadOnlyList<LabelledPrompt> prompts = LabelledPromptFile.Read(heldout);
            List<string> lines = [];
            foreach (string variant in (string[])[PromptVariants.Original, PromptVariants.Normalised])
            {
                SortedDictionary<string, SortedDictionary<string, double>> losses = ExpertLosses.ByExpert(prompts, variant);
                if (losses.Count > 0)
                {
                    lines.Add($"{variant}, nats per byte:");
                    lines.AddRange(Table(losses));
                    lines.Add("");
                }
            }

            if (library is not null)
            {
                Write(library, ExpertLosses.ByExpert(prompts, PromptVariants.Original));
            }

            return lines;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static IEnumerable<string> Table(SortedDictionary<string, SortedDictionary<string, double>> losses)
    {
        string[] domains = [.. losses.Values.SelectMany(row => row.Keys).Distinct().Order(StringComparer.Ordinal)];
        yield return string.Concat([$"{"expert",-14}", .. domains.Select(domain => $"{domain,10} ")]);
        foreach ((string expert, SortedDictionary<string, double> row) in losses)
        {
            yield return string.Concat([$"{expert,-14}", .. domains.Select(domain => row.TryGetValue(domain, out double loss)
                ? string.Create(CultureInfo.InvariantCulture, $"{loss,10:F4}{(loss <= Lowest(losses, domain) ? '*' : ' ')}")
                : $"{"",11}")]);
        }
    }

    private static double Lowest(SortedDictionary<string, SortedDictionary<string, double>> losses, string domain) =>
        losses.Values.Where(row => row.ContainsKey(domain)).Min(row => row[domain]);

    private static void Write(string path, SortedDictionary<string, SortedDictionary<string, double>> losses)
    {
        ModelLibrary library = JsonSerializer.Deserialize(File.ReadAllText(path), LibraryJson.Default.ModelLibrary)
            ?? throw new InvalidDataException($"{path} holds no model cards.");
        ModelLibrary written = new([.. library.Models.Select(card => losses.TryGetValue(card.Id, out SortedDictionary<string, double>? row)
            ? card with { Losses = row }
            : card)]);
        File.WriteAllText(path, JsonSerializer.Serialize(written, LibraryJson.Default.ModelLibrary) + "\n");
    }
}
