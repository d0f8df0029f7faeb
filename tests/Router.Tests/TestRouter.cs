using System.Text.Json;
using Godwit.Router.Features;
using Godwit.Router.Prediction;

namespace Godwit.Router.Tests;

/// <summary>
/// Router files for tests. The network is made, not trained: an embedding column per keyword, passed through, so that an expert's loss
/// falls by one nat per byte and unit of weight when its keyword stands in the prompt.
/// </summary>
internal sealed record TestRouter
{
    public const string Sql = "select";
    public const string Story = "princess";

    private const int Dim = 4;
    private static readonly string[] s_keywords = [Sql, Story];

    public static FeatureSpec Features { get; } = new(1024, 256, [], Words: true, PromptFeatures.Version);

    public string[] Experts { get; init; } = ["general", "sql", "stories"];

    /// <summary>An expert without a head, served by its means per cluster: the first is that of prompts without keywords.</summary>
    public RouterExpert? Headless { get; init; }

    public float[] Biases { get; init; } = [1.5f, 2, 2];

    public float LogVariance { get; init; } = -8;

    public double OutOfDomainDistance { get; init; }

    public Func<RouterManifest, RouterManifest> Change { get; init; } = manifest => manifest;

    public bool WithManifest { get; init; } = true;

    public string LossName { get; init; } = RouterGraph.Loss;

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        RouterManifest manifest = new(
            RouterManifest.CurrentVersion,
            Features,
            [
                .. Experts.Select(id => new RouterExpert(id, "", 2, [], [], [], HasHead: true)),
                .. Headless is null ? Array.Empty<RouterExpert>() : [Headless],
            ],
            [new GoldenPrompt("", [.. Biases.Select(bias => (double)bias)])],
            new string('0', 64),
            DateTimeOffset.UnixEpoch,
            OutOfDomainDistance,
            [new float[Dim], [0.5f, 0, 0, 0]]);
        return Bytes(WithManifest ? JsonSerializer.Serialize(Change(manifest), ManifestJson.Default.RouterManifest) : null);
    }

    private byte[] Bytes(string? manifest)
    {
        int experts = Experts.Length;
        float[] table = new float[Features.Buckets * Dim];
        for (int i = 0; i < s_keywords.Length; i++)
        {
            table[(BucketOf(s_keywords[i]) * Dim) + i] = 1;
        }

        float[] identity = new float[Dim * Dim];
        float[] heads = new float[experts * Dim];
        for (int i = 0; i < Dim; i++)
        {
            identity[(i * Dim) + i] = 1;
        }

        for (int i = 1; i < Math.Min(experts, s_keywords.Length + 1); i++)
        {
            heads[(i * Dim) + i - 1] = -1;
        }

        return OnnxBytes.Model(
            [
                OnnxBytes.Node("Gather", ["table", RouterGraph.Ids], "rows"),
                OnnxBytes.Node("Mul", ["rows", RouterGraph.Weights], "weighted"),
                OnnxBytes.Node("ReduceSum", ["weighted", "axes"], "sum", flat: true),
                OnnxBytes.Node("Gemm", ["sum", "hidden.weight", "hidden.bias"], "hidden", transposed: true),
                OnnxBytes.Node("Relu", ["hidden"], RouterGraph.Embedding),
                OnnxBytes.Node("Gemm", [RouterGraph.Embedding, "loss.weight", "loss.bias"], LossName, transposed: true),
                OnnxBytes.Node("Gemm", [RouterGraph.Embedding, "variance.weight", "variance.bias"], RouterGraph.LogVariance, transposed: true),
            ],
            [
                OnnxBytes.Tensor("table", OnnxBytes.Float, table, Features.Buckets, Dim),
                OnnxBytes.Tensor("axes", OnnxBytes.Int64, new long[] { 1 }, 1),
                OnnxBytes.Tensor("hidden.weight", OnnxBytes.Float, identity, Dim, Dim),
                OnnxBytes.Tensor("hidden.bias", OnnxBytes.Float, new float[Dim], Dim),
                OnnxBytes.Tensor("loss.weight", OnnxBytes.Float, heads, experts, Dim),
                OnnxBytes.Tensor("loss.bias", OnnxBytes.Float, Biases, experts),
                OnnxBytes.Tensor("variance.weight", OnnxBytes.Float, new float[experts * Dim], experts, Dim),
                OnnxBytes.Tensor("variance.bias", OnnxBytes.Float, Enumerable.Repeat(LogVariance, experts).ToArray(), experts),
            ],
            [
                OnnxBytes.Value(RouterGraph.Ids, OnnxBytes.Int64, -1, -1),
                OnnxBytes.Value(RouterGraph.Weights, OnnxBytes.Float, -1, -1, 1),
            ],
            [
                OnnxBytes.Value(LossName, OnnxBytes.Float, -1, experts),
                OnnxBytes.Value(RouterGraph.LogVariance, OnnxBytes.Float, -1, experts),
                OnnxBytes.Value(RouterGraph.Embedding, OnnxBytes.Float, -1, Dim),
            ],
            manifest);
    }

    private static int BucketOf(string word)
    {
        long[] ids = new long[Features.MaxSlots];
        PromptFeatures.Compute(word, Features, ids, new float[Features.MaxSlots]);
        return (int)ids[PromptFeatures.SurfaceFeatures];
    }
}
