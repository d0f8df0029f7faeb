namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>Every baseline, fitted on the same labelled prompts.</summary>
public sealed class BaselineFit
{
    private readonly IReadOnlyList<double[]> _losses;
    private readonly IReadOnlyList<float[]> _embeddings;
    private readonly DomainMeans _means;
    private readonly IReadOnlyList<string> _domains;
    private readonly LinearClassifier _classifier;
    private readonly SparseIndex _index;

    /// <summary>Fits them.</summary>
    /// <param name="prompts">Labelled prompts; at least one that is no splice.</param>
    /// <param name="buckets">Number of hash buckets of the features.</param>
    /// <param name="seed">Seed of the classifier.</param>
    public BaselineFit(IReadOnlyList<BaselinePrompt> prompts, int buckets, int seed)
    {
        _losses = [.. prompts.Select(prompt => prompt.Losses)];
        _embeddings = [.. prompts.Select(prompt => prompt.Embedding)];

        // A splice is of no domain; neighbours may know it all the same.
        BaselinePrompt[] pure = [.. prompts.Where(prompt => !prompt.Domain.Contains('+'))];
        _means = new DomainMeans(pure);
        _domains = _means.Domains;
        Dictionary<string, int> numbers = _domains.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        _classifier = LinearClassifier.Fit(
            [.. pure.Select(prompt => prompt.Features)], [.. pure.Select(prompt => numbers[prompt.Domain])], _domains.Count, buckets, seed);
        _index = new SparseIndex([.. prompts.Select(prompt => prompt.Features)]);
    }

    /// <summary>Numbers of neighbours that are tried.</summary>
    public static IReadOnlyList<int> Ks { get; } = [1, 5, 10, 20, 50, 100];

    /// <summary>What each chooses.</summary>
    public BaselineChoices Choose(BaselinePrompt prompt) => new(
        _means.BestSingle,
        _means.BestIn(prompt.Domain),
        _means.BestIn(_domains[_classifier.Predict(prompt.Features)]),
        Vote(Neighbours.ByEmbedding(_embeddings, prompt.Embedding, Ks[^1])),
        Vote(Neighbours.ByFeatures(_index, prompt.Features, Ks[^1])));

    private int[] Vote(int[] neighbours) => [.. Ks.Select(k => Neighbours.Choose(neighbours, k, _losses))];
}
