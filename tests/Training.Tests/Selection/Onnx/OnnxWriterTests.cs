using Godwit.Router.Features;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Onnx;
using TorchSharp;

namespace Godwit.Training.Tests.Selection.Onnx;

public sealed class OnnxWriterTests
{
    private static readonly FeatureSpec s_features = FeatureSpec.Default with { Buckets = 2048 };
    private static readonly FeatureRows s_rows = FeatureRows.Of(
        ["SELECT name FROM users WHERE age > 30;", "Once upon a time there was a bird.", "", "∑ 语言 \0 \ud800 x", new string('z', 5000)],
        s_features);

    [Fact]
    public void OnnxRuntime_ComputesWhatTorchSharpTrained()
    {
        using TemporaryFolder folder = new();
        using RouterNetwork network = new(s_features.Buckets, width: 32, hidden: 48, experts: 7, deviation: 0.5, new Random(5));
        float[] means = [1, 2, 3, 1.5f, 2.5f, 0.5f, 2], deviations = [0.1f, 0.2f, 0.5f, 1, 0.3f, 0.7f, 0.9f];
        OnnxWriter.Write(folder.File("router.onnx"), network.ToWeights(means, deviations), "{}");
        using OnnxRun run = new(folder.File("router.onnx"));
        float[][] losses = run.Run(s_rows).Loss;

        using DisposeScope scope = torch.NewDisposeScope();
        FeatureBatch batch = FeatureBatch.Of(
            s_rows, [.. Enumerable.Range(0, s_rows.Count).Select(_ => new float[7])], [0, 1, 2, 3, 4], dropout: 0, new Random(1));
        float[] trained = (network.Forward(batch.Ids, batch.Starts, batch.Weights) * torch.tensor(deviations) + torch.tensor(means))
            .detach().contiguous().data<float>().ToArray();
        Assert.All(trained.Zip(losses.SelectMany(row => row)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void OnnxRuntime_ComputesWhatTheGraphSays_OnEveryOutput()
    {
        using TemporaryFolder folder = new();
        RouterWeights weights = Weights(new Random(3));
        OnnxWriter.Write(folder.File("router.onnx"), weights, """{"any":"thing"}""");
        using OnnxRun run = new(folder.File("router.onnx"));
        Assert.Equal("""{"any":"thing"}""", run.Metadata(RouterManifest.MetadataKey));
        (float[][] loss, float[][] variance, float[][] embedding) = run.Run(s_rows);
        for (int row = 0; row < s_rows.Count; row++)
        {
            float[] own = weights.Embed(s_rows.Ids(row), s_rows.Weights(row));
            AssertClose(own, embedding[row]);
            AssertClose(weights.Loss.Apply(own), loss[row]);
            AssertClose(weights.LogVariance.Apply(own), variance[row]);
        }
    }

    [Fact]
    public void Reader_GivesBackWhatWasWritten()
    {
        using TemporaryFolder folder = new();
        RouterWeights weights = Weights(new Random(4));
        OnnxWriter.Write(folder.File("router.onnx"), weights, "{\"naïve\":\"语\"}");
        (RouterWeights read, string manifest) = OnnxReader.Read(folder.File("router.onnx"));
        Assert.Equal("{\"naïve\":\"语\"}", manifest);
        Assert.Equal(weights.Table, read.Table);
        Assert.Equal(weights.Hidden.Weights, read.Hidden.Weights);
        Assert.Equal(weights.Loss.Weights, read.Loss.Weights);
        Assert.Equal(weights.LogVariance.Bias, read.LogVariance.Bias);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not protobuf at all, and long enough to be sure")]
    public void AnotherFile_IsRefused(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("router.onnx"), content);
        Assert.Throws<InvalidDataException>(() => OnnxReader.Read(folder.File("router.onnx")));
    }

    [Fact]
    public void Writing_LeavesNothingBesideTheFile()
    {
        using TemporaryFolder folder = new();
        OnnxWriter.Write(folder.File("router.onnx"), Weights(new Random(1)), "{}");
        OnnxWriter.Write(folder.File("router.onnx"), Weights(new Random(2)), "{}");
        Assert.Equal(folder.File("router.onnx"), Assert.Single(Directory.GetFiles(Path.GetDirectoryName(folder.File("x"))!)));
    }

    private static RouterWeights Weights(Random random)
    {
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        return new RouterWeights(
            Numbers(2048 * 12),
            new DenseLayer(Numbers(20 * 12), Numbers(20)),
            new DenseLayer(Numbers(3 * 20), Numbers(3)),
            new DenseLayer(Numbers(3 * 20), Numbers(3)));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
