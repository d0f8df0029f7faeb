using System.Globalization;
using Godwit.CommandLine.Configuration;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.CommandLine.Eval;

/// <summary><c>godwit eval experts</c>: every expert's loss on every domain of labelled held-out prompts.</summary>
internal static class EvalExpertsCommand
{
    /// <summary>Tables, one per form of the prompts; the best expert of a domain has a star.</summary>
    /// <exception cref="ConfigurationException">The file is not what it should be.</exception>
    public static IReadOnlyList<string> Run(string heldout)
    {
        try
        {
            IReadOnlyList<LabelledPrompt> prompts = LabelledPromptFile.Read(heldout);
            return
            [
                .. new[] { PromptVariants.Original, PromptVariants.Normalised }
                    .Where(variant => prompts.Any(prompt => prompt.Variant == variant))
                    .SelectMany(variant => Table(prompts, variant)),
            ];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static IEnumerable<string> Table(IReadOnlyList<LabelledPrompt> prompts, string variant)
    {
        (string Expert, IReadOnlyDictionary<string, double> Losses)[] rows =
        [
            .. prompts.SelectMany(prompt => prompt.Losses.Keys).Distinct().Order(StringComparer.Ordinal)
                .Select(expert => (expert, HeldOutLosses.ByDomain(prompts, expert, variant))),
        ];
        string[] domains = [.. rows.SelectMany(row => row.Losses.Keys).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, double> lowest = domains.ToDictionary(
            domain => domain, domain => rows.Where(row => row.Losses.ContainsKey(domain)).Min(row => row.Losses[domain]));
        yield return $"{variant} prompts, nats per byte:";
        yield return string.Concat([$"{"expert",-14}", .. domains.Select(domain => $"{domain,10} ")]).TrimEnd();
        foreach ((string expert, IReadOnlyDictionary<string, double> losses) in rows)
        {
            yield return string.Concat([$"{expert,-14}", .. domains.Select(domain => losses.TryGetValue(domain, out double loss)
                ? string.Create(CultureInfo.InvariantCulture, $"{loss,10:F4}{(loss <= lowest[domain] ? '*' : ' ')}")
                : $"{"",11}")]).TrimEnd();
        }
    }
}
