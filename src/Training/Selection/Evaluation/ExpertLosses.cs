using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>How well experts predict each domain, by labelled prompts: what model cards say of them.</summary>
internal static class ExpertLosses
{
    /// <summary>
    /// Loss of each expert by domain: nats of all prompts over their bytes together, rounded to four decimals. Splices are of no domain.
    /// </summary>
    /// <param name="prompts">Labelled prompts.</param>
    /// <param name="variant">Form of the prompts that count.</param>
    public static SortedDictionary<string, SortedDictionary<string, double>> ByExpert(IReadOnlyList<LabelledPrompt> prompts, string variant)
    {
        SortedDictionary<string, SortedDictionary<string, double>> losses = new(StringComparer.Ordinal);
        foreach (IGrouping<string, LabelledPrompt> domain in prompts.Where(prompt => prompt.Variant == variant).GroupBy(prompt => prompt.Domain))
        {
            double bytes = domain.Sum(prompt => PromptText.Bytes(prompt.Text));
            foreach (string expert in domain.First().Losses.Keys.Where(id => domain.All(prompt => prompt.Losses.ContainsKey(id))))
            {
                if (!losses.TryGetValue(expert, out SortedDictionary<string, double>? row))
                {
                    losses[expert] = row = new SortedDictionary<string, double>(StringComparer.Ordinal);
                }

                row[domain.Key] = Math.Round(domain.Sum(prompt => prompt.Losses[expert] * PromptText.Bytes(prompt.Text)) / bytes, 4);
            }
        }

        return losses;
    }
}
