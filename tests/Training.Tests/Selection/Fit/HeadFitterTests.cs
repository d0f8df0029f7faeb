using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Godwit.Training.Tests.Selection.Onnx;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class HeadFitterTests(TrainedOnce trained) : IClassFixture<TrainedOnce>
{
    // Good at what 'north' is good at, and a little at 'east': a function of what the embedding knows.
    private static readonly LabelledPrompt[] s_probes = [.. MadeUpPrompts.Make(500, seed: 5).Select(prompt => prompt with
    {
        Losses = new Dictionary<string, double> { ["new"] = (0.7 * prompt.Losses["north"]) + (0.2 * prompt.Losses["east"]) + 0.3 },
    })];

    [Fact]
    public void AddedExpert_GetsAHeadThatBeatsItsMeans_AndTheOthersStayAsTheyAre()
    {
        AddedExpert added = HeadFitter.Add(trained.Router, "new", "", s_probes);
        Assert.True(added.HasHead);
        Assert.True(added.HeadError < added.MeansError, $"{added.HeadError} {added.MeansError}");
        Assert.Equal([.. MadeUpPrompts.Experts, "new"], added.Router.Manifest.Experts.Select(expert => expert.Id));

        List<LabelledPrompt> fresh = MadeUpPrompts.Make(300, seed: 6);
        FeatureRows rows = FeatureRows.Of([.. fresh.Select(prompt => prompt.Text)], trained.Router.Manifest.Features);
        float[][] before = trained.Router.Predict(rows), after = added.Router.Predict(rows);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second[..^1]));
        double[] truth = [.. fresh.Select(prompt => (0.7 * prompt.Losses["north"]) + (0.2 * prompt.Losses["east"]) + 0.3)];
        double error = Math.Sqrt(after.Zip(truth, (losses, loss) => Math.Pow(losses[^1] - loss, 2)).Average());
        Assert.True(error < 0.8 * Deviation(truth), $"{error} of {Deviation(truth)}");
    }

    [Fact]
    public void TheRewrittenFile_StillReproducesItsGoldenPrompts()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("router.onnx");
        trained.Router.Write(file);
        HeadFitter.Add(TrainedRouter.Read(file), "new", "", s_probes).Router.Write(file);
        TrainedRouter read = TrainedRouter.Read(file);
        using OnnxRun run = new(file);
        float[][] losses = run.Run(FeatureRows.Of([.. read.Manifest.Golden.Select(golden => golden.Text)], read.Manifest.Features)).Loss;
        Assert.All(read.Manifest.Golden.Zip(losses), pair =>
        {
            Assert.Equal(MadeUpPrompts.Experts.Length + 1, pair.First.Losses.Count);
            Assert.All(pair.First.Losses.Zip(pair.Second), at => Assert.Equal(at.First, at.Second, 1e-4));
        });
    }

    [Fact]
    public void WithFewPrompts_ItIsServedByItsMeans()
    {
        AddedExpert added = HeadFitter.Add(trained.Router, "new", "", s_probes[..60]);
        Assert.False(added.HasHead);
        Assert.Equal(trained.Router.Weights.Experts, added.Router.Weights.Experts);
        Assert.Equal(trained.Router.Manifest.Centroids.Count, added.Router.Manifest.Experts[^1].ClusterMeans.Count);
        Assert.False(added.Router.Manifest.Experts[^1].HasHead);
    }

    [Fact]
    public void AnExpertThatIsThere_IsReplaced()
    {
        AddedExpert once = HeadFitter.Add(trained.Router, "new", "", s_probes);
        AddedExpert twice = HeadFitter.Add(once.Router, "new", new string('b', 64), s_probes[..400]);
        Assert.Equal(once.Router.Weights.Experts, twice.Router.Weights.Experts);
        Assert.Single(twice.Router.Manifest.Experts, expert => expert.Id == "new" && expert.WeightsDigest == new string('b', 64));
        AddedExpert without = HeadFitter.Add(twice.Router, "new", "", s_probes[..60]);
        Assert.Equal(trained.Router.Weights.Loss.Weights, without.Router.Weights.Loss.Weights);
        Assert.All(without.Router.Manifest.Golden, golden => Assert.Equal(MadeUpPrompts.Experts.Length, golden.Losses.Count));
    }

    [Fact]
    public void Probes_AreOfAllDomainsAlike_AndNeverForEvaluation()
    {
        Prompt[] prompts = [.. Enumerable.Range(0, 3000).Select(i => new Prompt(
            $"{i}",
            i % 10 < 7 ? "many" : i % 10 == 7 ? "few" : "fewer",
            i % 3 == 0 ? PromptSplits.Test : PromptSplits.Train,
            PromptVariants.Original,
            $"text {i}"))];
        IReadOnlyList<Prompt> probes = HeadFitter.Probes(prompts, 90);
        Assert.Equal(90, probes.Count);
        Assert.All(probes, probe => Assert.Equal(PromptSplits.Train, probe.Split));
        Assert.All(probes.CountBy(probe => probe.Domain), domain => Assert.Equal(30, domain.Value));
        Assert.Equal(probes, HeadFitter.Probes([.. prompts.Reverse()], 90));
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
}
