using CsCheck;
using Godwit.Training.Selection.Evaluation.Baselines;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class BaselineTests
{
    private const int Buckets = 64;

    [Fact]
    public void DomainMeans_ChooseByDomain_BySplice_AndTheBestSingleElse()
    {
        DomainMeans means = new([Prompt("a", 0, [1, 9, 4]), Prompt("b", 1, [9, 1, 4]), Prompt("b", 1, [9, 3, 4])]);
        Assert.Equal(0, means.BestIn("a"));
        Assert.Equal(1, means.BestIn("b"));
        Assert.Equal(2, means.BestIn("a+b"));
        Assert.Equal(2, means.BestSingle);
        Assert.Equal(means.BestSingle, means.BestIn("never seen"));
    }

    [Fact]
    public void Classifier_LearnsWhatCanBeTold_AndIsReproducible()
    {
        SparseRow[] rows = [.. Enumerable.Range(0, 60).Select(i => new SparseRow([i % 3, 10 + (i % 7)], [0.8f, 0.6f]))];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        LinearClassifier classifier = LinearClassifier.Fit(rows, labels, 3, Buckets, 1);
        LinearClassifier again = LinearClassifier.Fit(rows, labels, 3, Buckets, 1);
        Assert.Equal(labels, rows.Select(classifier.Predict));
        float[] first = new float[3], second = new float[3];
        classifier.Probabilities(rows[5], first);
        again.Probabilities(rows[5], second);
        Assert.Equal(first, second);
        Assert.Equal(1, first.Sum(), 5);
    }

    [Fact]
    public void Neighbours_AreTheMostSimilar()
    {
        float[][] vectors = [[1, 0, 0, 0, 0, 0, 0, 0, 0], [0.9f, 0.1f, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 2]];
        Assert.Equal([0, 1, 2], Neighbours.ByEmbedding(vectors, [5, 0, 0, 0, 0, 0, 0, 0, 0], 3));
        Assert.Equal([2], Neighbours.ByEmbedding(vectors, [0, 0, 0, 0, 0, 0, 0, 0, 0.1f], 1));
        Assert.Equal(1, Neighbours.Choose([0, 1, 2], 2, [[1, 2], [4, 2], [0, 9]]));
    }

    [Fact]
    public void SparseIndex_GivesScalarProducts() => Gen.Select(Rows(5), Rows(1)).Sample((rows, queries) =>
    {
        float[] products = new SparseIndex(rows).Products(queries[0]);
        Assert.All(rows.Zip(products), pair => Assert.Equal(Product(pair.First, queries[0]), pair.Second, 1e-4));
    });

    [Fact]
    public void CrossFit_NeverFitsOnAPromptItIsTriedOn()
    {
        // Every text is unlike all others, and stands there twice: only by the copy could a neighbour know who is best.
        BaselinePrompt[] prompts = [.. Enumerable.Range(0, 40).Select(i => new BaselinePrompt(
            "d", new SparseRow([i / 2], [1]), [.. Enumerable.Range(0, 20).Select(j => j == i / 2 ? 1f : 0f)], Losses(i / 2)))];
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"text {i / 2}")];
        BaselineChoices[] leftOut = CrossFit.Choose(prompts, keys, _ => true, Buckets, 1);
        BaselineFit all = new(prompts, Buckets, 1);
        Assert.All(prompts, prompt => Assert.Equal(0, prompt.Losses[all.Choose(prompt).KnnByK[0]]));
        Assert.True(prompts.Zip(leftOut).Count(pair => pair.First.Losses[pair.Second.KnnByK[0]] > 0) > 20);
    }

    [Fact]
    public void CrossFit_OfOneText_IsRefused() => Assert.Throws<InvalidDataException>(
        () => CrossFit.Choose([Prompt("a", 0, [1, 2])], ["one"], _ => true, Buckets, 1));

    private static double[] Losses(int text) => [.. Enumerable.Range(0, 5).Select(m => m == text % 5 ? 0.0 : 1.0)];

    private static BaselinePrompt Prompt(string domain, int feature, double[] losses) =>
        new(domain, new SparseRow([feature], [1]), [feature, 1], losses);

    private static Gen<SparseRow[]> Rows(int count) => Gen.Select(Gen.Int[0, Buckets - 1].HashSet[0, 12], Gen.Float[-1, 1].Array[12])
        .Select((ids, weights) => new SparseRow([.. ids], weights[..ids.Count])).Array[count];

    private static double Product(SparseRow left, SparseRow right) =>
        left.Ids.Zip(left.Weights)
            .Sum(pair => Array.IndexOf(right.Ids, pair.First) is var at and >= 0 ? pair.Second * right.Weights[at] : 0.0);
}
