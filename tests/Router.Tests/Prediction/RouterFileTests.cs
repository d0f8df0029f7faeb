using Godwit.Router.Prediction;

namespace Godwit.Router.Tests.Prediction;

public sealed class RouterFileTests
{
    [Fact]
    public void A_file_predicts_what_its_network_says()
    {
        using RouterModel router = RouterFile.Load(new TestRouter().ToBytes());
        // One word has weight 1; the losses are the biases, less that of the keyword's expert.
        Assert.Equal([1.5, 1, 2], Losses(router, "SELECT"), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([1.5, 2, 1], Losses(router, "princess!"), (a, b) => Math.Abs(a - b) < 1e-5);
        // Of four words each weighs a half.
        Assert.Equal([1.5, 1.5, 1.5], Losses(router, "select the princess now"), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([1.5, 2, 2], Losses(router, ""), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Uncertainty_clusters_and_distance_are_told()
    {
        RouterExpert late = new("late", "", 3, [2.5, 0.5], [], [], HasHead: false);
        using RouterModel router = RouterFile.Load(new TestRouter
        {
            Headless = late,
            LogVariance = MathF.Log(0.04f),
            OutOfDomainDistance = 0.8,
        }.ToBytes());
        LossPrediction prediction = router.RentPrediction();
        router.Predict("nothing of note", prediction);
        Assert.Equal(0, prediction.Cluster);
        Assert.Equal(2.5, prediction.Losses[router.IndexOf("late")]);
        Assert.Equal(double.NaN, prediction.Deviations[3]);
        Assert.Equal(0.2, prediction.Deviations[0], 1e-6);
        Assert.False(prediction.IsOutOfDomain);

        router.Predict("select", prediction);
        Assert.Equal(1, prediction.Cluster);
        Assert.Equal(0.5, prediction.Losses[3]);
        Assert.Equal(0.5, prediction.Distance, 1e-6);

        router.Predict("princess", prediction);
        Assert.Equal(1, prediction.Distance, 1e-6);
        Assert.True(prediction.IsOutOfDomain);
    }

    [Fact]
    public void Calibration_is_applied_to_what_the_graph_says()
    {
        using RouterModel router = RouterFile.Load(new TestRouter
        {
            Change = manifest => manifest with
            {
                Experts =
                [
                    .. manifest.Experts.Select(expert => expert with
                    {
                        CalibrationX = [1, 2],
                        CalibrationY = [1, 4],
                    }),
                ],
            },
        }.ToBytes());
        Assert.Equal([2.5, 1, 4], Losses(router, "select"), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData("version", "format has version 2")]
    [InlineData("features", "features have version 9")]
    [InlineData("buckets", "buckets are out of range")]
    [InlineData("fewer rows", "does not run")]
    [InlineData("heads", "names 2 experts with a head, and its graph has 3")]
    [InlineData("twice", "names an expert twice")]
    [InlineData("no golden", "has no golden prompts")]
    [InlineData("golden width", "another number of losses")]
    [InlineData("golden", "comes out otherwise")]
    [InlineData("centroids", "centroids do not fit")]
    [InlineData("means", "means of 3 clusters; there are 2")]
    [InlineData("calibration", "calibration does not rise")]
    public void A_manifest_that_does_not_fit_is_refused(string what, string says)
    {
        TestRouter router = new()
        {
            Change = manifest => what switch
            {
                "version" => manifest with { Version = 2 },
                "features" => manifest with { Features = manifest.Features with { Version = 9 } },
                "buckets" => manifest with { Features = manifest.Features with { Buckets = 0 } },
                "fewer rows" => manifest with { Features = manifest.Features with { Buckets = 4096 } },
                "heads" => manifest with { Experts = [.. manifest.Experts.Skip(1)] },
                "twice" => manifest with { Experts = [.. manifest.Experts.Skip(1), manifest.Experts[1]] },
                "no golden" => manifest with { Golden = [] },
                "golden width" => manifest with { Golden = [new GoldenPrompt("", [1])] },
                "golden" => manifest with { Golden = [new GoldenPrompt("", [1.5, 2, 2.002])] },
                "centroids" => manifest with { Centroids = [new float[3]] },
                "means" => manifest with { Experts = [.. manifest.Experts.Select(e => e with { ClusterMeans = [1, 2, 3] })] },
                _ => manifest with { Experts = [.. manifest.Experts.Select(e => e with { CalibrationX = [2, 1], CalibrationY = [1, 2] })] },
            },
        };
        Assert.Contains(says, Assert.Throws<RouterFileException>(() => RouterFile.Load(router.ToBytes()).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_router_is_refused()
    {
        Assert.Contains("does not load", Refusal([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("does not load", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("no metadata", Refusal(new TestRouter { WithManifest = false }.ToBytes()), StringComparison.Ordinal);
        Assert.Contains("no 'loss'", Refusal(new TestRouter { LossName = "lost" }.ToBytes()), StringComparison.Ordinal);
        Assert.Contains("could not find", Assert.Throws<RouterFileException>(
            () => RouterFile.Read(Path.Combine(Path.GetTempPath(), "no", "such.onnx"))).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void On_a_gpu_without_a_build_for_it_it_is_refused() => Assert.Contains(
        "does not load", Assert.Throws<RouterFileException>(() => RouterFile.Load(new TestRouter().ToBytes(), cuda: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void It_is_freed_when_the_last_holder_lets_go()
    {
        RouterModel router = RouterFile.Load(new TestRouter().ToBytes());
        Assert.True(router.TryHold());
        router.Dispose();
        Assert.Equal(1, Losses(router, "select")[1], 1e-5);
        router.Dispose();
        Assert.False(router.TryHold());
    }

    [Fact]
    public async Task Many_at_once_get_the_same()
    {
        using RouterModel router = RouterFile.Load(new TestRouter().ToBytes());
        string[] prompts = [.. Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Repeat($"select {i} princess ", i)))];
        double[][] alone = [.. prompts.Select(prompt => Losses(router, prompt))];
        double[][] together = await Task.WhenAll(prompts.Select(prompt => Task.Run(() => Losses(router, prompt))));
        Assert.Equal(alone, together);
    }

    private static double[] Losses(RouterModel router, string prompt)
    {
        LossPrediction prediction = router.RentPrediction();
        router.Predict(prompt, prediction);
        double[] losses = [.. prediction.Losses];
        router.Return(prediction);
        return losses;
    }

    private static string Refusal(byte[] file) => Assert.Throws<RouterFileException>(() => RouterFile.Load(file).Dispose()).Message;
}
