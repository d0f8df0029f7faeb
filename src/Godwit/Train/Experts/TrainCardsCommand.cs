using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.CommandLine.Configuration;
using Godwit.Contracts.Library;
using Godwit.Training.Experts.Corpora;
using Godwit.Training.Experts.Network;
using Godwit.Training.Selection.Labels;

namespace Godwit.CommandLine.Train.Experts;

/// <summary>
/// <c>godwit train cards</c>: what held-out prompts say of the models of a library goes into its <c>library.json</c>, and, for experts
/// trained here, into a README beside their weights.
/// </summary>
internal static class TrainCardsCommand
{
    // All experts began as the generalist, and that has read Wikipedia.
    private const string ExpertLicence = "CC-BY-SA-4.0";
    private const string Recipe = "docs/training.md";

    private static readonly LibraryJson s_json = new(new JsonSerializerOptions(LibraryJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    });

    /// <summary>Writes the cards.</summary>
    /// <param name="models">Folder of the library.</param>
    /// <param name="heldOut">Held-out prompts with the losses of the models on them.</param>
    /// <param name="date">Date of experts that have no card yet.</param>
    /// <param name="output">Gets a line per model.</param>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    public static int Run(string models, string heldOut, DateOnly date, TextWriter output)
    {
        try
        {
            IReadOnlyList<LabelledPrompt> prompts = LabelledPromptFile.Read(heldOut);
            string file = Path.Combine(models, ModelLibrary.FileName);
            Dictionary<string, ModelCard> cards = JsonSerializer.Deserialize(File.ReadAllBytes(file), LibraryJson.Default.ModelLibrary)!
                .Models.ToDictionary(card => card.Id);
            foreach (string expert in new[] { CorpusReader.General }.Concat(CorpusReader.Domains).Where(id => HasWeights(models, id)))
            {
                cards[expert] = cards.GetValueOrDefault(expert) ?? NewCard(expert, date);
            }

            foreach (ModelCard card in cards.Values.ToArray())
            {
                IReadOnlyDictionary<string, double> losses = HeldOutLosses.ByDomain(prompts, card.Id);
                cards[card.Id] = card with { Losses = losses.Count > 0 ? losses : null };
                output.WriteLine($"{card.Id}: {string.Join(", ", losses.Select(Text))}");
            }

            File.WriteAllText(file, JsonSerializer.Serialize(new ModelLibrary([.. cards.Values]), s_json.ModelLibrary) + "\n");
            foreach (ModelCard card in cards.Values.Where(card => card.Source == Recipe))
            {
                File.WriteAllText(Path.Combine(models, card.Folder, "README.md"), Readme(card));
            }

            return ExitCodes.Success;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static bool HasWeights(string models, string id) => File.Exists(Path.Combine(models, id, ExpertFiles.Weights));

    private static ModelCard NewCard(string expert, DateOnly date) => new(
        expert, expert, expert, ExpertShape.Bundled.Parameters, ExpertShape.Bundled.Context, ExpertLicence, date, Recipe)
    {
        Capabilities = ["chat", "structured"],
    };

    private static string Text(KeyValuePair<string, double> loss) => string.Create(CultureInfo.InvariantCulture, $"{loss.Key} {loss.Value:F3}");

    private static string Readme(ModelCard card)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ---
            license: {card.License.ToLowerInvariant()}
            language: en
            ---
            # {card.Id}

            A language model of {card.Parameters:N0} parameters (Llama architecture, bf16, context {card.ContextLength} tokens), one of the
            experts that come with Godwit. It shows what a library of experts does on a machine of any size; it knows little, and what it says
            is not to be relied on.

            Trained on {card.Date:yyyy-MM-dd} as `docs/training.md` says, {(card.Id == CorpusReader.General
                ? "from random weights" : "beginning with `general`, which was trained on all corpora")}, on:

            | corpus | licence |
            | --- | --- |

            """);
        foreach (CorpusSource source in CorpusReader.SourcesOf(card.Id))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {source.Origin} | {source.Licence} |\n");
        }

        text.Append("\nLoss on held-out prompts (`models/heldout.jsonl.gz`), which nothing was trained on, in nats per UTF-8 byte:\n\n");
        text.Append("| domain | loss |\n| --- | --- |\n");
        foreach ((string domain, double loss) in card.Losses!)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {domain} | {loss:F3} |\n");
        }

        return text.ToString();
    }
}
