using Godwit.Router.Prediction;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Onnx;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Adds an expert to a trained router: its means per cluster, and a head by ridge regression on the embedding that is there. A head that
/// does not predict prompts which it has not seen better than the means do is left out. Nobody else's predictions change.
/// </summary>
internal static class HeadFitter
{
    private const int LeastPromptsForHead = 100;
    private const int CheckedOneIn = 5;
    private static readonly double[] s_penalties = [1, 3, 10, 30, 100, 300, 1000, 3000];

    /// <summary>Prompts to label a new expert with: as many of each domain and form, and always the same.</summary>
    /// <param name="prompts">Prompts to choose from; those for evaluation are not taken.</param>
    /// <param name="count">How many, at most.</param>
    public static IReadOnlyList<Prompt> Probes(IReadOnlyList<Prompt> prompts, int count) =>
    [
        .. prompts.Where(prompt => prompt.Split is not (PromptSplits.Test or PromptSplits.Unseen or PromptSplits.Hint))
            .GroupBy(prompt => (prompt.Variant, Domain: prompt.Variant == PromptVariants.Spliced ? "" : prompt.Domain))
            .SelectMany(group => group.Select(prompt => (Prompt: prompt, Digest: PromptText.Digest(prompt.Text)))
                .OrderBy(at => at.Digest, StringComparer.Ordinal).Index())
            .OrderBy(at => at.Index).ThenBy(at => at.Item.Digest, StringComparer.Ordinal)
            .Select(at => at.Item.Prompt)
            .Take(count),
    ];

    /// <summary>Adds an expert, or replaces what the router knows of it.</summary>
    /// <param name="router">The router.</param>
    /// <param name="id">The expert.</param>
    /// <param name="digest">Digest of its weights; empty: not known.</param>
    /// <param name="probes">Prompts with its losses.</param>
    public static AddedExpert Add(TrainedRouter router, string id, string digest, IReadOnlyList<LabelledPrompt> probes)
    {
        float[][] embeddings = router.Embed(FeatureRows.Of([.. probes.Select(probe => probe.Text)], router.Manifest.Features));
        double[] losses = [.. LabelMatrix.Of(probes, [id]).Select(row => (double)row[0])];
        Clusters clusters = new(router.Manifest.Centroids);
        int[] seen = [.. Enumerable.Range(0, probes.Count).Where(i => i % CheckedOneIn != 0)];
        int[] unseen = [.. Enumerable.Range(0, probes.Count).Where(i => i % CheckedOneIn == 0)];
        (double headError, double meansError) = Check(clusters, embeddings, losses, seen, unseen);
        ExpertHead? head = probes.Count >= LeastPromptsForHead && headError < meansError ? Fit(embeddings, losses) : null;
        RouterExpert expert = new(
            id,
            digest,
            losses.Average(),
            clusters.Means(embeddings, losses),
            head?.CalibrationX ?? [],
            head?.CalibrationY ?? [],
            head is not null);
        return new AddedExpert(Put(router, expert, head), probes.Count, Math.Sqrt(headError), Math.Sqrt(meansError), head is not null);
    }

    private static (double Head, double Means) Check(Clusters clusters, float[][] embeddings, double[] losses, int[] seen, int[] unseen)
    {
        if (seen.Length == 0 || unseen.Length == 0)
            return (double.PositiveInfinity, 0);
        float[][] known = [.. seen.Select(i => embeddings[i])], asked = [.. unseen.Select(i => embeddings[i])];
        double[] values = [.. seen.Select(i => losses[i])], truth = [.. unseen.Select(i => losses[i])];
        (float[] weights, double bias) = Regress(known, values);
        double[] means = clusters.Means(known, values);
        return (
            Squared(ExpertHead.Predict(weights, bias, asked), truth),
            Squared([.. asked.Select(embedding => means[clusters.Nearest(embedding).Cluster])], truth));
    }

    // Its errors are measured on prompts that a fit without them has predicted.
    private static ExpertHead Fit(float[][] embeddings, double[] losses)
    {
        (float[] weights, double bias) = Regress(embeddings, losses);
        double[] errors = new double[losses.Length], predicted = new double[losses.Length];
        for (int fold = 0; fold < CheckedOneIn; fold++)
        {
            int[] others = [.. Enumerable.Range(0, losses.Length).Where(i => i % CheckedOneIn != fold)];
            (float[] without, double withoutBias) = Regress([.. others.Select(i => embeddings[i])], [.. others.Select(i => losses[i])]);
            for (int i = fold; i < losses.Length; i += CheckedOneIn)
            {
                predicted[i] = ExpertHead.Predict(without, withoutBias, [embeddings[i]])[0];
                errors[i] = losses[i] - predicted[i];
            }
        }

        (double[] x, double[] y) = Isotonic.Fit(predicted, losses);
        (float[] varianceWeights, double varianceBias) = VarianceHead.Fit(embeddings, errors);
        return new ExpertHead(weights, bias, varianceWeights, varianceBias, x, y);
    }

    private static (float[] Weights, double Bias) Regress(float[][] embeddings, double[] losses)
    {
        Ridge best = s_penalties.Select(penalty => new Ridge(embeddings, penalty)).MinBy(ridge => ridge.LeaveOneOut(losses))!;
        double mean = losses.Average();
        return best.Unscale(best.Solve([.. losses.Select(loss => loss - mean)]), mean);
    }

    // Columns of the graph are the experts with a head, in the manifest's order.
    private static TrainedRouter Put(TrainedRouter router, RouterExpert expert, ExpertHead? head)
    {
        RouterWeights weights = router.Weights;
        List<RouterExpert> experts = [.. router.Manifest.Experts];
        IReadOnlyList<GoldenPrompt> golden = router.Manifest.Golden;
        int at = experts.FindIndex(known => known.Id == expert.Id);
        if (at >= 0 && experts[at].HasHead)
        {
            int column = experts.Take(at).Count(known => known.HasHead);
            weights = weights with { Loss = weights.Loss.Without(column), LogVariance = weights.LogVariance.Without(column) };
            golden = [.. golden.Select(prompt => prompt with
            {
                Losses = [.. prompt.Losses.Take(column), .. prompt.Losses.Skip(column + 1)],
            })];
        }

        experts.RemoveAll(known => known.Id == expert.Id);
        experts.Add(expert);
        if (head is not null)
        {
            float[][] embeddings = router.Embed(FeatureRows.Of([.. golden.Select(prompt => prompt.Text)], router.Manifest.Features));
            double[] losses = ExpertHead.Predict(head.Weights, head.Bias, embeddings);
            golden = [.. golden.Zip(losses, (prompt, loss) => prompt with { Losses = [.. prompt.Losses, loss] })];
            weights = head.PutInto(weights, weights.Experts);
        }

        return new TrainedRouter(weights, router.Manifest with { Experts = experts, Golden = golden });
    }

    private static double Squared(double[] predicted, double[] actual) =>
        predicted.Zip(actual, (guess, truth) => (guess - truth) * (guess - truth)).Average();
}
