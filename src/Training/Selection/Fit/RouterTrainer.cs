using Godwit.Router.Prediction;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Onnx;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Makes a router of labelled prompts: weights fitted to the training prompts, predictions and their uncertainty calibrated on prompts that
/// were not fitted to, clusters of what it knows.
/// </summary>
/// <param name="settings">How.</param>
/// <param name="time">Says when.</param>
internal sealed class RouterTrainer(TrainingSettings settings, TimeProvider time)
{
    private const int GoldenPrompts = 50;
    private const double InDomainShare = 0.99;
    private const int LeastPrompts = 100;

    /// <summary>Trains.</summary>
    /// <param name="prompts">Labelled prompts, of the splits train, validation and calibration; hints may be among them.</param>
    /// <param name="experts">Experts, in the order of the router's outputs, and digests of their weights (empty: not known).</param>
    /// <param name="progress">Hears of every pass.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidDataException">There are too few prompts, or labels are missing.</exception>
    public TrainedRouter Train(
        IReadOnlyList<LabelledPrompt> prompts,
        IReadOnlyList<(string Id, string Digest)> experts,
        IProgress<EpochReport>? progress = null,
        CancellationToken cancel = default)
    {
        string[] ids = [.. experts.Select(expert => expert.Id)];
        float[][] losses = LabelMatrix.Of(prompts, ids);
        FeatureRows rows = FeatureRows.Of([.. prompts.Select(prompt => prompt.Text)], settings.Features);
        int[] train = Of(prompts, PromptSplits.Train), validation = Of(prompts, PromptSplits.Validation);
        int[] calibration = Of(prompts, PromptSplits.Calibration), hints = Of(prompts, PromptSplits.Hint);
        if (train.Length < LeastPrompts)
            throw new InvalidDataException($"{train.Length} prompts of the split '{PromptSplits.Train}' are too few.");
        if (validation.Length == 0 || calibration.Length == 0)
            throw new InvalidDataException($"The splits '{PromptSplits.Validation}' and '{PromptSplits.Calibration}' need prompts too.");

        TrainedRouter router = new(
            new RouterFit(settings, rows, losses, train, validation).Run(hints, progress, cancel),
            new RouterManifest(
                RouterManifest.CurrentVersion, settings.Features, [], [], LabelMatrix.Digest(prompts, ids), time.GetUtcNow(), 0, []));
        float[][] embeddings = router.Embed(rows);
        Clusters clusters = Clusters.Find([.. train.Select(prompt => embeddings[prompt])], settings.Clusters, new Random(settings.Seed));
        RouterWeights weights = router.Weights;
        List<RouterExpert> described = [];
        foreach ((int column, (string id, string digest)) in experts.Index())
        {
            ExpertHead head = ExpertHead.Calibrated(
                weights.Loss.Row(column).ToArray(),
                weights.Loss.Bias[column],
                Part(embeddings, calibration),
                Column(losses, calibration, column),
                Part(embeddings, [.. validation, .. calibration]),
                Column(losses, [.. validation, .. calibration], column));
            weights = head.PutInto(weights, column);
            double[] own = Column(losses, train, column);
            double[] means = clusters.Means(Part(embeddings, train), own);
            described.Add(new RouterExpert(id, digest, own.Average(), means, head.CalibrationX, head.CalibrationY, HasHead: true));
        }

        double[] distances = [.. validation.Concat(calibration).Select(prompt => clusters.Nearest(embeddings[prompt]).Distance).Order()];
        return new TrainedRouter(weights, router.Manifest with
        {
            Experts = described,
            Golden = GoldenOf(weights, prompts, embeddings, validation),
            OutOfDomainDistance = distances[(int)(InDomainShare * (distances.Length - 1))],
            Centroids = clusters.Centroids,
        });
    }

    private static GoldenPrompt[] GoldenOf(RouterWeights weights, IReadOnlyList<LabelledPrompt> prompts, float[][] embeddings, int[] from)
    {
        int count = Math.Min(GoldenPrompts, from.Length);
        return [.. Enumerable.Range(0, count).Select(i => from[i * from.Length / count]).Select(prompt => new GoldenPrompt(
            prompts[prompt].Text, [.. weights.Loss.Apply(embeddings[prompt]).Select(loss => (double)loss)]))];
    }

    private static int[] Of(IReadOnlyList<LabelledPrompt> prompts, string split) =>
        [.. prompts.Index().Where(at => at.Item.Split == split).Select(at => at.Index)];

    private static float[][] Part(float[][] rows, int[] chosen) => [.. chosen.Select(row => rows[row])];

    private static double[] Column(float[][] rows, int[] chosen, int column) => [.. chosen.Select(row => (double)rows[row][column])];
}
