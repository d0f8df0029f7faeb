using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>The held-out prompts looked at by domain, by expert and by prediction.</summary>
internal static class DetailReports
{
    /// <summary>By domain, in ordinal order.</summary>
    public static IReadOnlyList<DomainReport> Domains(
        IReadOnlyList<RoutedPrompt> prompts, IReadOnlyList<int> heldout, GroupReports groups, IReadOnlyList<string> experts) =>
        [.. heldout.GroupBy(i => prompts[i].Prompt.Domain).OrderBy(domain => domain.Key, StringComparer.Ordinal).Select(domain =>
        {
            int[] members = [.. domain];
            PromptOutcome[] router = groups.Router(members);
            (int chosen, double chosenShare) = MostFrequent(members.Select(i => prompts[i].Choice));
            (int best, double bestShare) = MostFrequent(members.Select(i => DomainMeans.Lowest(prompts[i].Losses)));
            return new DomainReport(
                domain.Key,
                members.Length,
                router.Average(outcome => outcome.Correct),
                Regret(router),
                Regret(groups.BestSingle(members)),
                Regret(groups.BestPerDomain(members)),
                Regret(groups.Knn(members)),
                experts[chosen],
                chosenShare,
                experts[best],
                bestShare);
        })];

    /// <summary>By expert, in their order.</summary>
    public static IReadOnlyList<ExpertReport> Experts(IReadOnlyList<RoutedPrompt> heldout, IReadOnlyList<string> experts) =>
        [.. experts.Select((id, m) => new ExpertReport(
            id,
            heldout.Average(prompt => prompt.Losses[m]),
            heldout.Average(prompt => DomainMeans.Lowest(prompt.Losses) == m ? 1.0 : 0.0),
            heldout.Average(prompt => prompt.Choice == m ? 1.0 : 0.0),
            heldout.Average(prompt => Math.Abs(prompt.Predicted[m] - prompt.Losses[m])),
            Reliability.ExpectedError(Reliability.Bins(
                [.. heldout.Select(prompt => prompt.Predicted[m])], [.. heldout.Select(prompt => prompt.Losses[m])]))))];

    /// <summary>All predictions together.</summary>
    public static CalibrationReport Calibration(IReadOnlyList<RoutedPrompt> heldout, IReadOnlyList<ExpertReport> experts)
    {
        double[] predicted = [.. heldout.SelectMany(prompt => prompt.Predicted)];
        double[] actual = [.. heldout.SelectMany(prompt => prompt.Losses)];
        double[] deviations = [.. heldout.SelectMany(prompt => prompt.Deviations)];
        int[] known = [.. Enumerable.Range(0, deviations.Length).Where(i => !double.IsNaN(deviations[i]))];
        return new CalibrationReport(
            experts.Average(expert => expert.Ece),
            experts.Average(expert => expert.Error),
            Reliability.Bins(predicted, actual),
            known.Length == 0 ? [] : Coverage.Of(
                [.. known.Select(i => predicted[i])], [.. known.Select(i => deviations[i])], [.. known.Select(i => actual[i])]));
    }

    private static double Regret(PromptOutcome[] outcomes) => outcomes.Average(outcome => outcome.Regret);

    private static (int Expert, double Share) MostFrequent(IEnumerable<int> experts)
    {
        KeyValuePair<int, int>[] counts = [.. experts.CountBy(expert => expert)];
        KeyValuePair<int, int> most = counts.MaxBy(count => count.Value);
        return (most.Key, (double)most.Value / counts.Sum(count => count.Value));
    }
}
