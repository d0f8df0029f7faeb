using Godwit.Router.Selection;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.Reports;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>Tries other settings of the Router's abstention, so that its defaults rest on figures.</summary>
internal static class Abstention
{
    private static readonly double[] s_deviations = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 1];

    /// <summary>A report per setting.</summary>
    public static IReadOnlyList<AbstentionReport> Of(
        EvaluatedRouter router, IReadOnlyList<RoutedPrompt> prompts, HeldoutGroups groups, SelectionSettings settings) =>
    [
        .. from outOfDomain in new[] { false, true }
           from deviations in s_deviations
           select Measure(router, prompts, groups, settings with { AbstainDeviations = deviations, AbstainOutOfDomain = outOfDomain }),
    ];

    private static AbstentionReport Measure(
        EvaluatedRouter router, IReadOnlyList<RoutedPrompt> prompts, HeldoutGroups groups, SelectionSettings settings)
    {
        (PromptOutcome Outcome, bool Abstained)[] Choose(IReadOnlyList<int> members) => [.. members.Select(i =>
        {
            SelectionChoice choice = router.Choose(prompts[i], settings);
            return (PromptOutcome.Of(prompts[i].Losses, choice.Index, 0), choice.Abstained);
        })];
        double? Regret(IReadOnlyList<int> members) => members.Count == 0 ? null : Choose(members).Average(chosen => chosen.Outcome.Regret);

        (PromptOutcome Outcome, bool Abstained)[] heldout = Choose(groups.Heldout);
        return new AbstentionReport(
            settings.AbstainDeviations,
            settings.AbstainOutOfDomain,
            heldout.Average(chosen => chosen.Abstained ? 1.0 : 0.0),
            heldout.Average(chosen => chosen.Outcome.Correct),
            heldout.Average(chosen => chosen.Outcome.Regret),
            Regret(groups.Spliced),
            Regret(groups.Unseen));
    }
}
