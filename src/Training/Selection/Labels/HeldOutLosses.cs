using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Labels;

/// <summary>What a model card says of a model: its loss on all held-out prompts of a domain together.</summary>
internal static class HeldOutLosses
{
    private const int Digits = 4;

    /// <summary>Nats per UTF-8 byte by domain; without domains that the model has no labels for.</summary>
    /// <param name="prompts">Held-out prompts.</param>
    /// <param name="model">The model.</param>
    /// <param name="variant">Form of the prompts that count: as they were found, if nothing else is said.</param>
    public static IReadOnlyDictionary<string, double> ByDomain(
        IEnumerable<LabelledPrompt> prompts, string model, string variant = PromptVariants.Original) => prompts
        .Where(prompt => prompt.Variant == variant && prompt.Losses.ContainsKey(model))
        .GroupBy(prompt => prompt.Domain)
        .OrderBy(domain => domain.Key, StringComparer.Ordinal)
        .ToDictionary(
            domain => domain.Key,
            domain => Math.Round(
                domain.Sum(prompt => prompt.Losses[model] * PromptText.Bytes(prompt.Text)) / domain.Sum(prompt => PromptText.Bytes(prompt.Text)),
                Digits));
}
