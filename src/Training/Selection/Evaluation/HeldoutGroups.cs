using Godwit.Training.Experts.Corpora;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>The groups of a held-out file, as indices; a prompt is in one group at most.</summary>
/// <param name="Heldout">Texts as they were found, of domains that were trained on.</param>
/// <param name="Unseen">Texts as they were found, of a domain that nothing was trained on.</param>
/// <param name="Spliced">Two domains in one.</param>
/// <param name="Normalised">Copies of held-out texts with case and spacing normalised.</param>
internal sealed record HeldoutGroups(
    IReadOnlyList<int> Heldout, IReadOnlyList<int> Unseen, IReadOnlyList<int> Spliced, IReadOnlyList<int> Normalised)
{
    /// <summary>Sorts prompts into groups.</summary>
    /// <exception cref="InvalidDataException">There are no held-out prompts, or one has a form that does not exist.</exception>
    public static HeldoutGroups Of(IReadOnlyList<LabelledPrompt> prompts)
    {
        int[] Where(Func<LabelledPrompt, bool> wanted) => [.. Enumerable.Range(0, prompts.Count).Where(i => wanted(prompts[i]))];

        if (prompts.FirstOrDefault(prompt => prompt.Variant is not (
            PromptVariants.Original or PromptVariants.Spliced or PromptVariants.Normalised)) is { } strange)
        {
            throw new InvalidDataException($"The prompt '{strange.Id}' has the variant '{strange.Variant}', which there is not.");
        }

        HeldoutGroups groups = new(
            Where(prompt => prompt.Variant == PromptVariants.Original && !IsUnseen(prompt)),
            Where(prompt => prompt.Variant == PromptVariants.Original && IsUnseen(prompt)),
            Where(prompt => prompt.Variant == PromptVariants.Spliced),
            Where(prompt => prompt.Variant == PromptVariants.Normalised && !IsUnseen(prompt)));
        return groups.Heldout.Count > 0
            ? groups
            : throw new InvalidDataException("There is no original prompt of a known domain to evaluate on.");
    }

    private static bool IsUnseen(LabelledPrompt prompt) => prompt.Split == PromptSplits.Unseen || prompt.Domain == CorpusReader.Unseen;
}
