using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tests.Model;
using Godwit.Worker.Tests.Model.Reference;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine;

/// <summary>Embeddings of the engine against <see cref="Float64Model"/>, and against themselves in other company.</summary>
public sealed class EmbeddingTests
{
    private const int Vocabulary = 97;

    public static TheoryData<string, bool, string> Families => new()
    {
        { "Llama", false, "cpu" },
        { "Llama", false, "torch" },
        { "Llama, llama3 scaling", true, "cpu" },
        { "Llama, llama3 scaling", true, "torch" },
        { "Mistral, window", false, "cpu" },
        { "Mistral, window", false, "torch" },
        { "Qwen2", true, "cpu" },
        { "Qwen2", true, "torch" },
        { "Qwen3", true, "cpu" },
        { "Qwen3", true, "torch" },
        { "Gemma 2", false, "cpu" },
        { "Gemma 2", false, "torch" },
        { "Gemma 3", true, "cpu" },
        { "Gemma 3", true, "torch" },
        { "GPT-2", false, "cpu" },
        { "GPT-2", false, "torch" },
        { "Phi-3", true, "cpu" },
        { "Phi-3", true, "torch" },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Pooled_state_agrees_with_float64(string family, bool last, string backend)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 3);
        using EngineLoop engine = EngineOf(model.Folder, new EngineOptions { PrefillChunkTokens = 9 }, backend: backend);
        var reference = Float64Model.Of(model);
        int[][] prompts = [.. ((int[])[1, 2, 17, 40, 61]).Select(length => Prompt(length, length))];
        double[][] embeddings = await EmbedAsync(engine, last ? Pooling.Last : Pooling.Mean, prompts);
        foreach ((int[] prompt, double[] embedding) in prompts.Zip(embeddings))
        {
            double[][] states = reference.Hidden(prompt);
            double[] expected = last ? states[^1] : [.. states[0].Select((_, i) => states.Average(state => state[i]))];
            AssertClose(Unit(expected), Unit(embedding));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neither_chunks_nor_company_nor_preemption_change_a_bit(bool last)
    {
        string folder = BundledModel.Folder("stories260k");
        Pooling pooling = last ? Pooling.Last : Pooling.Mean;
        int[][] prompts = [.. Enumerable.Range(0, 12).Select(i => Prompt(5 + (11 * i), i))];
        double[][] alone;
        using (EngineLoop engine = EngineOf(folder, new EngineOptions { PrefillChunkTokens = 256 }))
        {
            alone = [.. (await Task.WhenAll(prompts.Select(prompt => EmbedAsync(engine, pooling, [prompt])))).Select(one => one[0])];
        }

        var tight = new EngineOptions
        {
            PrefillChunkTokens = 7,
            MaxTokensPerStep = 24,
            MaxSequences = 16,
            KvBlocks = 20,
            CheckInvariants = true,
        };
        using EngineLoop busy = EngineOf(folder, tight);
        SamplingParams free = new() { MaxTokens = 60, IgnoreEos = true, Temperature = 0 };
        using Generation background = busy.Submit(new GenerationRequest("urgent", [.. prompts[..6]], free, Priority: -1));
        Task<double[][]> embedding = EmbedAsync(busy, pooling, prompts);
        Task<int> generated = background.Outputs.ReadAllAsync().Select(output => output.TokenIds.Count).SumAsync().AsTask();
        double[][] together = await embedding;
        Assert.Equal(6 * 60, await generated);
        Assert.True(busy.Status.Totals.Preemptions > 0, "nothing was preempted");
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Prompt_in_the_cache_is_computed_whole_and_gives_the_same()
    {
        using EngineLoop engine = EngineOf(BundledModel.Folder("stories260k"), new EngineOptions());
        int[] prompt = Prompt(64, 5);
        double[][] first = await EmbedAsync(engine, Pooling.Mean, [prompt]);
        double[][] second = await EmbedAsync(engine, Pooling.Mean, [prompt]);
        Assert.Equal(first, second);
        Assert.Equal(128, engine.Status.Totals.PromptTokens);
        Assert.Equal(0, engine.Status.KvBlocksUsed);
    }

    [Fact]
    public async Task Prompt_may_fill_the_context()
    {
        using EngineLoop engine = EngineOf(BundledModel.Folder("stories260k"), new EngineOptions { MaxContextTokens = 32 }, context: 32);
        Assert.Single(await EmbedAsync(engine, Pooling.Mean, [Prompt(32, 1)]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => engine.Submit(new GenerationRequest("x", [Prompt(33, 1)], new SamplingParams { MaxTokens = 0 }, Pooling: Pooling.Mean)));
    }

    private static EngineLoop EngineOf(string folder, EngineOptions options, int? context = null, string backend = "cpu")
    {
        ModelConfig config = ModelConfig.Load(folder);
        int served = context ?? config.ContextLength;
        using WeightFiles files = WeightFiles.Open(folder);
        int blocks = options.KvBlocks > 0 ? options.KvBlocks : 512;
        var limits = new RunnerLimits(served, options.MaxTokensPerStep, options.MaxSequences, blocks);
        return new EngineLoop(
            Backends.Create(backend, files, config, limits),
            Tokenizer.Load(BundledModel.Folder("stories260k")),
            config.EosTokenIds.ToHashSet(),
            served,
            options);
    }

    private static async Task<double[][]> EmbedAsync(EngineLoop engine, Pooling pooling, int[][] prompts)
    {
        double[][] embeddings = new double[prompts.Length][];
        using Generation generation = engine.Submit(new GenerationRequest(
            Guid.NewGuid().ToString("n"), prompts, new SamplingParams { MaxTokens = 0 }, Pooling: pooling));
        await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
        {
            Assert.Null(embeddings[output.Choice]);
            Assert.Equal(0, output.TokenIds.Count);
            Assert.Equal(FinishReason.Length, output.Finish);
            embeddings[output.Choice] = [.. output.Embedding!];
        }

        return embeddings;
    }

    private static int[] Prompt(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(3, Vocabulary))];
    }

    private static double[] Unit(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(entry => entry * entry));
        return [.. vector.Select(entry => entry / length)];
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -1e-4, 1e-4));
    }
}
