using Godwit.Router.Prediction;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>The prompts and labels that a router was trained on, for baselines to be fitted on the same.</summary>
internal static class FittedPrompts
{
    /// <summary>
    /// Those prompts that the router was fitted, stopped or calibrated by and that the store has every expert's label of, with the weights
    /// that the router names. Baselines may have all of them: that favours them.
    /// </summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static IReadOnlyList<LabelledPrompt> Find(IReadOnlyList<Prompt> prompts, LabelStore store, RouterManifest router)
    {
        List<LabelledPrompt> found = [];
        foreach (Prompt prompt in prompts.Where(prompt => prompt.Split is not (PromptSplits.Test or PromptSplits.Unseen)))
        {
            string digest = PromptText.Digest(prompt.Text);
            Dictionary<string, double> losses = new(StringComparer.Ordinal);
            foreach (RouterExpert expert in router.Experts)
            {
                if (store.TryFind(digest, expert.Id, expert.WeightsDigest, out double? loss) && loss is { } known)
                {
                    losses[expert.Id] = known;
                }
            }

            if (losses.Count == router.Experts.Count)
            {
                found.Add(new LabelledPrompt(prompt.Id, prompt.Domain, prompt.Split, prompt.Variant, prompt.Text, losses));
            }
        }

        return found.Count > 0 ? found : throw new InvalidDataException(
            "No prompt for training has a label of every expert that the router knows; were they collected with other weights?");
    }
}
