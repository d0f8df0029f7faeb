using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Model;

/// <summary>The forward pass against <see cref="Float64Llama"/>: prefill and 20 decode steps, 1e-4 of the largest logit.</summary>
public sealed class DecoderRunnerTests
{
    private static readonly Dictionary<string, RandomModelShape> s_shapes = new()
    {
        ["plain"] = new(),
        ["grouped heads"] = new() { Heads = 6, KvHeads = 2, HeadDim = 8 },
        ["one KV head, head_dim of its own"] = new() { Heads = 4, KvHeads = 1, HeadDim = 32 },
        ["untied output"] = new() { Tied = false },
        ["attention bias of Llama"] = new() { QkvBias = true },
        ["attention bias of Qwen2"] = new() { QkvBias = true, Architecture = "Qwen2ForCausalLM", RopeTheta = 1e6 },
        ["Llama 3 rope scaling"] = new() { Llama3Scaling = true, RopeTheta = 500, Context = 512 },
        ["F16"] = new() { Dtype = "F16" },
        ["BF16"] = new() { Dtype = "BF16" },
        ["three shards"] = new() { Shards = 3, Tied = false, Dtype = "BF16" },
        ["odd sizes"] = new() { Hidden = 42, HeadDim = 14, Heads = 3, KvHeads = 3, Intermediate = 61, Vocabulary = 101 },
    };

    public static TheoryData<string> Shapes => [.. s_shapes.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AgreesWithFloat64(string shape)
    {
        using var model = new RandomModel(s_shapes[shape], seed: 11);
        using var driver = new RunnerDriver(model.Folder);
        var reference = new Float64Llama(model);
        var random = new Random(5);
        int[] tokens = [.. Enumerable.Range(0, 57).Select(_ => random.Next(model.Shape.Vocabulary))];
        const int Prompt = 37;

        float[][] actual = driver.Alone(tokens, Prompt);

        Assert.Equal(21, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double[] expected = reference.Logits(tokens[..(Prompt + i)]);
            double largest = expected.Max(Math.Abs);
            Assert.True(largest > 0.1, "the model says nothing");
            Assert.All(expected.Zip(actual[i]), pair => Assert.InRange(pair.First - pair.Second, -1e-4 * largest, 1e-4 * largest));
        }
    }

    [Fact]
    public void Forward_32DecodeRowsTakeAsManyProductsAsOne()
    {
        using var model = new RandomModel(new RandomModelShape(), seed: 1);
        using var driver = new RunnerDriver(model.Folder);
        var parts = Enumerable.Range(0, 32)
            .Select(i => new PlannedSequence(new[] { i }, 0, driver.Allocate(1), true)).ToArray();

        long before = driver.Runner.DenseProducts;
        driver.Step(parts[0]);
        long one = driver.Runner.DenseProducts - before;
        driver.Step(parts);
        long many = driver.Runner.DenseProducts - before - one;

        Assert.Equal((4 * model.Shape.Layers) + 1, one);
        Assert.Equal(one, many);
    }
}
