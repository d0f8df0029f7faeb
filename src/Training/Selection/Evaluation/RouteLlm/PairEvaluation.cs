using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Fit;

namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>APGR and CPT of the router's features and embedding on a table of two models.</summary>
public static class PairEvaluation
{
    // What RouteLLM's own MMLU figures with gold labels were fitted on.
    private const int MostFitted = 1500;
    private const int Neighbourhood = 50;
    private static readonly double[] s_penalties = [1, 10, 100, 1000];

    /// <summary>The report of one table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="features">What the router makes of a prompt.</param>
    /// <param name="buckets">Number of hash buckets of the features.</param>
    /// <param name="seed">Seed of the split.</param>
    public static PairReport Run(ResponseTable table, Func<string, PairPromptFeatures> features, int buckets, int seed)
    {
        PairPrompt[] prompts = [.. table.Prompts];
        new Random(seed).Shuffle(prompts);
        int fittedCount = Math.Min(MostFitted, prompts.Length / 2);
        bool secondIsStrong = prompts.Average(prompt => prompt.Second) >= prompts.Average(prompt => prompt.First);
        double[] weak = [.. prompts.Select(prompt => secondIsStrong ? prompt.First : prompt.Second)];
        double[] strong = [.. prompts.Select(prompt => secondIsStrong ? prompt.Second : prompt.First)];
        double[] gains = [.. strong.Zip(weak, (s, w) => s - w)];
        PairPromptFeatures[] inputs = [.. prompts.Select(prompt => features(prompt.Text))];

        double[] triedWeak = weak[fittedCount..], triedStrong = strong[fittedCount..];
        Dictionary<string, PairFigures> routers = [];
        foreach ((string name, Func<int, double> score) in Scores(prompts, inputs, gains, fittedCount, buckets, seed))
        {
            double[] scores = [.. Enumerable.Range(fittedCount, prompts.Length - fittedCount).Select(score)];
            routers[name] = PairFigures.Of(scores, triedWeak, triedStrong);
        }

        return new PairReport(
            table.Name,
            table.Models[secondIsStrong ? 0 : 1],
            triedWeak.Average(),
            table.Models[secondIsStrong ? 1 : 0],
            triedStrong.Average(),
            fittedCount,
            prompts.Length - fittedCount,
            routers);
    }

    private static IEnumerable<(string Name, Func<int, double> Score)> Scores(
        PairPrompt[] prompts, PairPromptFeatures[] inputs, double[] gains, int fitted, int buckets, int seed)
    {
        float[][] embeddings = [.. inputs.Take(fitted).Select(input => input.Embedding)];
        double mean = gains.Take(fitted).Average();
        (float[] weights, double bias) = Head(embeddings, gains[..fitted], mean);
        yield return ("embedding", i => bias + inputs[i].Embedding.Select((value, at) => (double)value * weights[at]).Sum());

        LinearClassifier classifier = LinearClassifier.Fit(
            [.. inputs.Take(fitted).Select(input => input.Features)],
            [.. gains.Take(fitted).Select(gain => gain > 0 ? 1 : 0)],
            classes: 2,
            buckets,
            seed);
        double Gains(int i)
        {
            float[] probabilities = new float[2];
            classifier.Probabilities(inputs[i].Features, probabilities);
            return probabilities[1];
        }

        yield return ("features", Gains);

        Dictionary<string, double> subjects = prompts.Take(fitted).Zip(gains).GroupBy(pair => pair.First.Subject)
            .ToDictionary(subject => subject.Key, subject => subject.Average(pair => pair.Second));
        yield return ("subject_mean", i => subjects.GetValueOrDefault(prompts[i].Subject, mean));
        yield return ("knn", i => Neighbours.ByEmbedding(embeddings, inputs[i].Embedding, Neighbourhood).Average(n => gains[n]));
        yield return ("oracle", i => gains[i]);
    }

    // As an expert's head is added to a finished router, the penalty chosen on the fitted prompts.
    private static (float[] Weights, double Bias) Head(float[][] embeddings, double[] targets, double mean)
    {
        Ridge ridge = s_penalties.Select(penalty => new Ridge(embeddings, penalty)).MinBy(candidate => candidate.LeaveOneOut(targets))!;
        return ridge.Unscale(ridge.Solve([.. targets.Select(target => target - mean)]), mean);
    }
}
