using Godwit.Contracts.Selection;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.Reports;
using Godwit.Training.Selection.Evaluation.RouteLlm;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>Evaluates a router file by the code that serves it.</summary>
internal static class RouterEvaluation
{
    private const double LeastWeight = 0.005;

    /// <summary>λ of a sweep: 0, then evenly on a logarithmic scale to the largest that a goal may have.</summary>
    public static IReadOnlyList<double> Weights { get; } =
    [
        0,
        .. Enumerable.Range(0, 24).Select(i => Math.Min(GoalNames.MaxWeight, LeastWeight * Math.Pow(GoalNames.MaxWeight / LeastWeight, i / 23.0))),
    ];

    /// <summary>The report.</summary>
    /// <exception cref="InvalidDataException">The prompts, the labels and the router do not fit together; the message says why.</exception>
    public static EvaluationReport Run(RouterModel model, EvaluationSettings settings)
    {
        HeldoutGroups groups = HeldoutGroups.Of(settings.Heldout);
        EvaluatedRouter router = new(
            model, Labelled([.. settings.Heldout, .. settings.Fitted]), settings.Cards, settings.TokenMs, settings.Policy);
        RoutedPrompt[] prompts = [.. settings.Heldout.Select(router.Route)];
        GroupReports reports = new(prompts, Baselines(router, prompts, groups, settings), groups.Heldout, settings.Epsilon, settings.Seed);
        RoutedPrompt[] heldout = [.. groups.Heldout.Select(i => prompts[i])];
        IReadOnlyList<ExpertReport> experts = DetailReports.Experts(heldout, router.Experts);
        return new EvaluationReport(reports.Of(groups.Heldout)!)
        {
            Router = model.Digest,
            Epsilon = settings.Epsilon,
            Seed = settings.Seed,
            AutoBest = reports.OfBest(groups.Heldout),
            BaselinesFittedOn = settings.Fitted.Count > 0
                ? $"{settings.Fitted.Count} labelled prompts that are not held out"
                : $"{groups.Heldout.Count} held-out prompts, five folds, each tried on what it was not fitted on",
            KnnNeighbours = reports.KnnNeighbours,
            KnnFeaturesNeighbours = reports.KnnFeaturesNeighbours,
            Unseen = reports.Of(groups.Unseen),
            Spliced = reports.Of(groups.Spliced),
            Normalised = reports.Of(groups.Normalised),
            Domains = DetailReports.Domains(prompts, groups.Heldout, reports, router.Experts),
            Experts = experts,
            Calibration = DetailReports.Calibration(heldout, experts),
            Robustness = Robustness.Of(router, prompts, groups),
            Abstention = Abstention.Of(router, prompts, groups, settings.Policy),
            Pareto = [.. TradeOffs(router, heldout, experts, settings)],
            LatencyMs = SelectionClock.Measure(router, [.. heldout.Select(prompt => prompt.Prompt.Text)]),
            Routellm = settings.Tables.Count == 0 ? null : [.. settings.Tables.Select(table => PairEvaluation.Run(
                table,
                text =>
                {
                    (SparseRow features, float[] embedding) = router.Read(text);
                    return new PairPromptFeatures(features, embedding);
                },
                router.Buckets,
                settings.Seed))],
        };
    }

    // The experts that every prompt has a label of.
    private static HashSet<string> Labelled(IReadOnlyList<LabelledPrompt> prompts)
    {
        HashSet<string> experts = new(prompts[0].Losses?.Keys ?? [], StringComparer.Ordinal);
        foreach (LabelledPrompt prompt in prompts)
        {
            if (prompt.Losses is null || prompt.Text is null || prompt.Losses.Values.Any(loss => !double.IsFinite(loss) || loss < 0))
            {
                throw new InvalidDataException($"The prompt '{prompt.Id}' lacks text or losses, or has a loss that is no number of at least 0.");
            }

            experts.IntersectWith(prompt.Losses.Keys);
        }

        return experts;
    }

    private static BaselineChoices[] Baselines(
        EvaluatedRouter router, RoutedPrompt[] prompts, HeldoutGroups groups, EvaluationSettings settings)
    {
        BaselinePrompt[] rows = [.. prompts.Select(prompt => prompt.AsBaseline)];
        if (settings.Fitted.Count == 0)
        {
            HashSet<int> heldout = [.. groups.Heldout];
            string[] keys = [.. prompts.Select(prompt => prompt.Prompt.Id)];
            return CrossFit.Choose(rows, keys, heldout.Contains, router.Buckets, settings.Seed);
        }

        BaselineFit fit = new([.. settings.Fitted.Select(prompt => router.Route(prompt).AsBaseline)], router.Buckets, settings.Seed);
        return [.. rows.Select(fit.Choose)];
    }

    private static IEnumerable<TradeOffReport> TradeOffs(
        EvaluatedRouter router, RoutedPrompt[] heldout, IReadOnlyList<ExpertReport> experts, EvaluationSettings settings)
    {
        double?[] sizes = [.. Enumerable.Range(0, router.Experts.Count).Select(m => router.ParametersOf(m) / 1e6)];
        double?[] times = [.. router.Experts.Select(id => settings.TokenMs.TryGetValue(id, out double ms) ? ms : (double?)null)];
        foreach ((string goal, string unit, double?[] costs) in new[]
        {
            (GoalNames.Size, "million parameters", sizes), (GoalNames.Latency, "ms per token", times),
        })
        {
            // Where a cost is not known there is no point to show.
            if (costs.All(cost => cost > 0))
            {
                IReadOnlyList<int>[] choices = [.. heldout.Select(prompt => router.Sweep(prompt, goal, Weights))];
                TradeOff[] points = [.. Weights.Select((weight, w) => new TradeOff(
                    weight,
                    choices.Average(prompt => costs[prompt[w]]!.Value),
                    heldout.Zip(choices, (prompt, chosen) => prompt.Losses[chosen[w]]).Average()))];
                yield return TradeOffReport.Of(
                    goal, unit, points, [.. experts.Select((expert, m) => new ExpertPoint(expert.Id, costs[m]!.Value, expert.Loss))]);
            }
        }
    }
}
