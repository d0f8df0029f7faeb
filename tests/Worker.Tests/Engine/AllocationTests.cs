using System.Threading.Channels;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tests.Model;
using Godwit.Worker.Tokenization;
using Xunit.Abstractions;

namespace Godwit.Worker.Tests.Engine;

/// <summary>
/// Decoding leaves no garbage: with everybody running and nobody leaving, the engine's thread allocates nothing at all, step after step.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Context = 16_384;
    private const int Sequences = 8;
    private const int WarmUp = 400;
    private const int Window = 200;
    private const int Windows = 10;
    private static readonly IReadOnlySet<int> s_endTokens = new HashSet<int> { 1, 2 };
    private static readonly SimulatedRunnerOptions s_model = new(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], Sequences, 2048);
    private readonly Tokenizer _tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));

    private static readonly Dictionary<string, SamplingParams> s_sampling = new()
    {
        ["greedy"] = new() { Temperature = 0, IgnoreEos = true },
        ["sampled"] = new() { IgnoreEos = true },
        ["top-k and top-p"] = new() { Temperature = 0.8, TopK = 40, TopP = 0.9, IgnoreEos = true },
        ["min-p, penalties, bias, stops"] = new()
        {
            MinP = 0.01,
            FrequencyPenalty = 0.5,
            RepetitionPenalty = 1.1,
            LogitBias = [new(300, 1)],
            MinTokens = 4000,
            Stop = ["§"],
            StopTokenIds = [3],
        },
    };

    public static TheoryData<string> Samplings => [.. s_sampling.Keys];

    [Theory]
    [MemberData(nameof(Samplings))]
    public void Step_AllocatesNothing(string name)
    {
        SamplingParams sampling = s_sampling[name];
        using SimulatedRunner runner = new(s_model);
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { MaxSequences = Sequences });

        // More than there is room for: a queue that has to wait costs nothing either.
        ChannelReader<SequenceOutput>[] readers = [.. Enumerable.Range(0, Sequences + 2).Select(i => Submit(batch, sampling, i))];
        EngineTotals totals = Measure(batch, readers);
        Assert.Equal(Sequences * totals.Steps, totals.GeneratedTokens);
    }

    [Theory]
    [InlineData("F32", false, 1)]
    [InlineData("BF16", true, 2)]
    [InlineData("Int8", true, 2)]
    public void Step_OfTheRealRunner_AllocatesNothing(string format, bool kvIsBrainFloat, int threads)
    {
        using var model = new RandomModel(
            new RandomModelShape { Hidden = 64, Vocabulary = 512, Context = 3000, Dtype = "BF16", HeadDim = 16, KvHeads = 2 }, seed: 2);
        ModelConfig config = ModelConfig.Load(model.Folder);
        using var runner = new CpuRunner(
            WeightFiles.Open(model.Folder),
            config,
            new CpuFormats(Enum.Parse<WeightFormat>(format), kvIsBrainFloat),
            new RunnerLimits(config.ContextLength, 64, Sequences, 2048),
            threads);
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { MaxSequences = Sequences });

        // Random weights would also draw parts of characters, whose text has to be put together.
        SamplingParams sampling = s_sampling["top-k and top-p"] with { AllowedTokenIds = [.. Enumerable.Range(300, 100)] };
        ChannelReader<SequenceOutput>[] readers = [.. Enumerable.Range(0, Sequences).Select(i => Submit(batch, sampling, i))];
        Measure(batch, readers);
    }

    [Fact]
    public void Step_WithDrafts_AllocatesNothing()
    {
        // Of two tokens to choose from, half of the drafts are right.
        using SimulatedRunner runner = new(s_model with { Tokens = [300, 301], MaxSequences = 4 * Sequences, KvBlocks = 16_384 });
        var options = new EngineOptions { MaxSequences = 4 * Sequences, PromptLookupTokens = 3 };
        var batch = new FusedBatch(runner, s_endTokens, options);
        var sampling = new SamplingParams { Temperature = 0.8, TopP = 0.9, IgnoreEos = true };
        ChannelReader<SequenceOutput>[] readers = [.. Enumerable.Range(0, Sequences).Select(i => Submit(batch, sampling, i))];
        EngineTotals totals = Measure(batch, readers);
        Assert.InRange(totals.AcceptedTokens, totals.Steps, totals.DraftTokens - totals.Steps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public async Task Loop_AllocatesNothing_WhileItsOutputsAreRead(double temperature)
    {
        var runner = new MeteredRunner(new SimulatedRunner(s_model), WarmUp + (Windows * Window));
        using var engine = new EngineLoop(runner, _tokenizer, s_endTokens, Context, new EngineOptions { MaxSequences = Sequences });
        var sampling = new SamplingParams { Temperature = temperature, TopP = 0.9, IgnoreEos = true, MaxTokens = runner.Steps + 50 };
        using Generation generation = engine.Submit(new GenerationRequest("r", [[1, 5]], sampling, ChoicesPerPrompt: Sequences));
        int read = 0;
        await foreach (SequenceOutput part in generation.Outputs.ReadAllAsync())
        {
            read += part.TokenIds.Count;
        }

        Assert.Equal(Sequences * sampling.MaxTokens, read);
        AssertNothing(runner.Allocated);
    }

    private EngineTotals Measure(FusedBatch batch, ChannelReader<SequenceOutput>[] readers)
    {
        long read = 0;
        long[] allocated = new long[WarmUp + (Windows * Window)];
        for (int step = 0; step < allocated.Length; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            batch.Step();
            EngineStatus status = batch.Status;
            allocated[step] = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Sequences, status.SequencesRunning);
            foreach (ChannelReader<SequenceOutput> reader in readers)
            {
                while (reader.TryRead(out SequenceOutput part))
                {
                    read += part.TokenIds.Count;
                }
            }
        }

        Assert.Equal(batch.Status.Totals.GeneratedTokens, read);
        AssertNothing(allocated);
        return batch.Status.Totals;
    }

    // The runtime itself may allocate on any thread now and then (compiled code that is replaced, a reader that has to be woken by a
    // thread pool whose queue must grow): a step that allocates by itself does so in every window.
    private void AssertNothing(long[] allocated)
    {
        long[] windows = [.. allocated.Skip(WarmUp).Chunk(Window).Select(window => window.Sum())];
        output.WriteLine($"Bytes per {Window} steps: {string.Join(", ", windows)}");
        Assert.Contains(0, windows);
    }

    private ChannelReader<SequenceOutput> Submit(FusedBatch batch, SamplingParams sampling, int number)
    {
        int[] prompt = [5, 6, 7 + number];
        var channel = Channel.CreateUnbounded<SequenceOutput>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var sequence = new Sequence(
            0,
            prompt,
            BlockHash.Chain("", prompt),
            "",
            sampling,
            Context,
            new SequenceSampler(sampling, 0, prompt, s_endTokens, s_model.VocabularySize),
            new OutputText(new IncrementalDetokenizer(_tokenizer, prompt, skipSpecialTokens: true), sampling.Stop),
            channel.Writer);
        batch.Add(new EngineRequest($"{number}", 0, [sequence], channel.Writer));
        return channel.Reader;
    }

    /// <summary>Notes what the engine's thread allocates from one step to the next.</summary>
    private sealed class MeteredRunner(IModelRunner inner, int steps) : IModelRunner
    {
        private long _last = -1;
        private int _step;

        public int Steps => steps;

        /// <summary>Bytes per step, from the end of the pass before to the end of this one.</summary>
        public long[] Allocated { get; } = new long[steps];

        public int VocabularySize => inner.VocabularySize;

        public int HiddenSize => inner.HiddenSize;

        public ReadOnlyMemory<float> HiddenStates => inner.HiddenStates;

        public int KvBlocks => inner.KvBlocks;

        public bool IsExact => inner.IsExact;

        public string NumericsId => inner.NumericsId;

        public string KvLayout => inner.KvLayout;

        public long DenseProducts => inner.DenseProducts;

        public int BytesPerBlock => inner.BytesPerBlock;

        public ReadOnlyMemory<float> Forward(BatchPlan plan)
        {
            ReadOnlyMemory<float> logits = inner.Forward(plan);
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (plan.Rows == Sequences && _step < steps)
            {
                Allocated[_step++] = now - _last;
            }

            _last = now;
            return logits;
        }

        public void ReadBlock(int block, Span<byte> bytes) => inner.ReadBlock(block, bytes);

        public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => inner.WriteBlock(block, bytes);

        public void Dispose() => inner.Dispose();
    }
}
