using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Guesses the losses of prompts that nobody labelled: those of their domain on the whole. Wrong for each of them and right on average, they
/// teach the router the words of a domain, of which the labelled prompts hold only some.
/// </summary>
internal static class DomainHints
{
    private const char SplicedMark = '+';

    /// <summary>The prompts whose domain is known among those that are labelled for training, with the mean losses of that domain.</summary>
    /// <param name="hints">Prompts without labels.</param>
    /// <param name="labelled">Labelled prompts.</param>
    public static IReadOnlyList<LabelledPrompt> Label(IEnumerable<Prompt> hints, IEnumerable<LabelledPrompt> labelled)
    {
        Dictionary<string, Dictionary<string, double>> means = labelled
            .Where(prompt => prompt.Split == PromptSplits.Train && !prompt.Domain.Contains(SplicedMark, StringComparison.Ordinal))
            .GroupBy(prompt => prompt.Domain)
            .ToDictionary(domain => domain.Key, domain => Mean([.. domain.Select(prompt => prompt.Losses)]));
        return
        [
            .. from prompt in hints
               let parts = prompt.Domain.Split(SplicedMark)
               where parts.All(means.ContainsKey)
               select new LabelledPrompt(
                   prompt.Id, prompt.Domain, prompt.Split, prompt.Variant, prompt.Text, Mean([.. parts.Select(part => means[part])])),
        ];
    }

    private static Dictionary<string, double> Mean(IReadOnlyList<IReadOnlyDictionary<string, double>> losses) =>
        losses[0].Keys.ToDictionary(expert => expert, expert => losses.Average(own => own[expert]));
}
