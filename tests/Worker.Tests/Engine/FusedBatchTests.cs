using System.Threading.Channels;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tests.Model;
using Godwit.Worker.Tokenization;
using Xunit.Abstractions;

namespace Godwit.Worker.Tests.Engine;

/// <summary>
/// Random workloads on tiny block pools, step by step on the test's own thread: whatever is preempted, shared, copied or cancelled, every
/// sequence gives what it gives alone.
/// </summary>
public sealed class FusedBatchTests(ITestOutputHelper output)
{
    private const int Context = 160;
    private static readonly IReadOnlySet<int> s_endTokens = new HashSet<int> { 1, 2 };
    private readonly Tokenizer _tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));

    [Fact]
    public void RandomWorkload_SimulatedModel_TenThousandSteps()
    {
        EngineTotals totals = Run(blocks => new SimulatedRunner(
            new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], 16, blocks)), steps: 10_000, seed: 7);
        Assert.True(totals.Preemptions >= 500, $"{totals}");
        Assert.True(totals.PrefixHits >= 500, $"{totals}");
        Assert.True(totals.Copies >= 500, $"{totals}");
        Assert.True(totals.Evictions >= 500, $"{totals}");
    }

    [Fact]
    public void RandomWorkload_RealModel()
    {
        string folder = BundledModel.Folder("stories260k");
        ModelConfig config = ModelConfig.Load(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        EngineTotals totals = Run(
            blocks => Backends.Create("cpu", files, config, new RunnerLimits(Context, 64, 16, blocks)), steps: 1200, seed: 11);
        Assert.True(totals.Preemptions >= 50, $"{totals}");
        Assert.True(totals.PrefixHits >= 50, $"{totals}");
        Assert.True(totals.Copies >= 50, $"{totals}");
    }

    [Fact]
    public void RandomWorkload_InexactRunner_StaysBesideTheExactOne()
    {
        string folder = BundledModel.Folder("stories260k");
        ModelConfig config = ModelConfig.Load(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        var pairs = new List<PairedRunner>();
        EngineTotals totals = Run(
            blocks =>
            {
                var limits = new RunnerLimits(Context, 64, 16, blocks);
                pairs.Add(new PairedRunner(Backends.Create("cpu", files, config, limits), Backends.Create("torch", files, config, limits)));
                return pairs[^1];
            },
            steps: 400,
            seed: 12);
        Assert.True(totals.Preemptions >= 15, $"{totals}");
        Assert.True(totals.PrefixHits >= 15, $"{totals}");
        Assert.True(totals.Copies >= 15, $"{totals}");
        Assert.All(pairs, pair => Assert.True(pair.RowsCompared > 1000, $"{pair.RowsCompared} rows"));
    }

    [Fact]
    public void WholePromptCached_OnlyItsLastTokenIsComputed()
    {
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], 16, 64));
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { CheckInvariants = true });
        int[] prompt = [.. Enumerable.Range(10, 32)];
        Job first = Submit(batch, "a", prompt, 1, new SamplingParams { MaxTokens = 1 });
        Job second = Submit(batch, "b", prompt, 1, new SamplingParams { MaxTokens = 1 });
        batch.Step();
        Job third = Submit(batch, "c", prompt, 1, new SamplingParams { MaxTokens = 1 });
        batch.Step();
        Assert.Equal((0, 0, 31), (first.Request.CachedTokens, second.Request.CachedTokens, third.Request.CachedTokens));
        Assert.Equal(32 + 32 + 1, batch.Status.Totals.PromptTokens);
        Assert.Equal(first.Tokens(0), third.Tokens(0));
    }

    [Fact]
    public void Choices_ShareTheirPromptsBlocks()
    {
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], 16, 64));
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { CheckInvariants = true });
        int[] prompt = [.. Enumerable.Range(10, 40)];
        Submit(batch, "a", prompt, 4, new SamplingParams { MaxTokens = 5 });
        batch.Step();
        Assert.Equal(3, batch.Status.KvBlocksUsed);
        Assert.Equal(40, batch.Status.Totals.PromptTokens);
        batch.Step();
        Assert.Equal(2 + 4, batch.Status.KvBlocksUsed);
        Assert.Equal(3, batch.Status.Totals.Copies);
    }

    [Fact]
    public void RequestThatCannotBeSampled_FailsAlone()
    {
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], 16, 64));
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { CheckInvariants = true });
        Job good = Submit(batch, "good", [5, 6], 1, new SamplingParams { MaxTokens = 4 });
        Job bad = Submit(batch, "bad", [7, 8], 2, new SamplingParams { MaxTokens = 4, AllowedTokenIds = [] });
        Job last = Submit(batch, "last", [9, 8], 1, new SamplingParams { MaxTokens = 4 });
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        Assert.Equal((4, 4), (good.Tokens(0).Count, last.Tokens(0).Count));
        Assert.IsType<SamplingException>(bad.Failure);
        Assert.Equal(0, batch.Status.KvBlocksUsed);
    }

    [Fact]
    public void RequestOfSeveralPromptsThatFailsInAStep_LeavesTheOthersTheirRows()
    {
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], 16, 64));
        var batch = new FusedBatch(runner, s_endTokens, new EngineOptions { CheckInvariants = true });
        Job first = Submit(batch, "bad", [7, 8], 1, new SamplingParams { MaxTokens = 4, AllowedTokenIds = [] });
        Job second = Submit(batch, "bad too", [9, 8], 1, new SamplingParams { MaxTokens = 4, AllowedTokenIds = [] });
        var both = Channel.CreateUnbounded<SequenceOutput>();
        batch.Cancel(first.Request);
        batch.Cancel(second.Request);
        var request = new EngineRequest("two prompts", 0, [first.Request.Leaders[0], second.Request.Leaders[0]], both.Writer);
        batch.Add(request);
        Job good = Submit(batch, "good", [5, 6], 1, new SamplingParams { MaxTokens = 4 });
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        Assert.IsType<SamplingException>(both.Reader.Completion.Exception?.InnerException);
        using SimulatedRunner again = new(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], 16, 64));
        AssertEqualsSolo(good, again);
    }

    private EngineTotals Run(Func<int, IModelRunner> create, int steps, int seed)
    {
        var random = new Random(seed);
        var options = new EngineOptions
        {
            MaxSequences = 12,
            MaxTokensPerStep = 64,
            PrefillChunkTokens = 24,
            AgingSteps = 50,
            CheckInvariants = true,
        };
        using IModelRunner runner = create(26);
        using IModelRunner soloRunner = create(64);
        var batch = new FusedBatch(runner, s_endTokens, options);
        int[][] prefixes = [.. Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 16 * (1 + i)).Select(_ => random.Next(3, 500)).ToArray())];
        var open = new List<Job>();
        CompiledConstraint json = new ConstraintCompiler(TokenTrie.Build(
            512, id => _tokenizer.IsSpecial(id) ? [] : _tokenizer.Decoder.BytesOf(id).ToArray(), s_endTokens)).Compile(Constraint.JsonObject);
        int finished = 0, longest = 0, constrained = 0;
        for (int step = 0; step < steps || open.Count > 0; step++)
        {
            while (step < steps && open.Count < 10 && random.Next(3) > 0)
            {
                int[] prefix = prefixes[random.Next(prefixes.Length)];
                int[] prompt = [.. prefix, .. Enumerable.Range(0, random.Next(3) == 0 ? 0 : random.Next(1, 30)).Select(_ => random.Next(3, 500))];
                var sampling = new SamplingParams
                {
                    Temperature = random.Next(3) == 0 ? 0 : 1,
                    Seed = random.Next(),
                    MaxTokens = random.Next(1, 60),
                    IgnoreEos = random.Next(2) == 0,
                    PromptLogprobs = random.Next(8) == 0 ? 2 : null,
                    FrequencyPenalty = random.Next(4) == 0 ? 0.5 : 0,
                };
                CompiledConstraint? constraint = random.Next(4) == 0 ? json : null;
                int choices = random.Next(4) == 0 ? random.Next(2, 5) : 1;
                open.Add(Submit(batch, $"{step}", prompt, choices, sampling, random.Next(-2, 3), step, constraint));
            }

            if (random.Next(25) == 0 && open.Count > 0)
            {
                Job leaver = open[random.Next(open.Count)];
                batch.Cancel(leaver.Request);
                open.Remove(leaver);
            }

            batch.Step();
            foreach (Job job in open.Where(job => job.IsOver).ToArray())
            {
                open.Remove(job);
                finished++;
                constrained += job.Constraint is null ? 0 : 1;
                longest = Math.Max(longest, step - job.Arrived);
                AssertEqualsSolo(job, soloRunner);
            }

            Assert.True(open.All(job => step - job.Arrived < 2000), "a request starves");
        }

        EngineStatus end = batch.Status;
        Assert.Equal((0, 0, 0, 0), (end.KvBlocksUsed, end.KvBlocksWaiting, end.RequestsRunning, end.RequestsWaiting));
        Assert.True(constrained > steps / 50, $"{constrained} with a constraint");
        output.WriteLine($"{finished} requests finished, {constrained} under a constraint, the longest after {longest} steps; {end.Totals}");
        return end.Totals;
    }

    private void AssertEqualsSolo(Job job, IModelRunner runner)
    {
        var alone = new FusedBatch(runner, s_endTokens, new EngineOptions { PrefixCaching = false, MaxSequences = 16, MaxTokensPerStep = 64 });
        Job solo = Submit(alone, "solo", job.Prompt, job.Choices, job.Sampling, constraint: job.Constraint);
        while (!alone.IsEmpty)
        {
            alone.Step();
        }

        for (int choice = 0; choice < job.Choices; choice++)
        {
            Assert.Equal(solo.Tokens(choice), job.Tokens(choice));
        }
    }

    private Job Submit(
        FusedBatch batch,
        string id,
        int[] prompt,
        int choices,
        SamplingParams sampling,
        int priority = 0,
        int arrived = 0,
        CompiledConstraint? constraint = null)
    {
        var channel = Channel.CreateUnbounded<SequenceOutput>();
        List<BlockHash> contents = BlockHash.Chain("", prompt);
        Sequence[] sequences = [.. Enumerable.Range(0, choices).Select(choice => new Sequence(
            choice,
            prompt,
            contents,
            "",
            sampling,
            Context,
            new SequenceSampler(sampling, choice, prompt, s_endTokens, 512),
            new OutputText(new IncrementalDetokenizer(_tokenizer, prompt, skipSpecialTokens: true), []),
            channel.Writer)
        {
            Constraint = constraint?.Start(),
        })];
        sequences[0].Siblings = choices > 1 ? sequences[1..] : null;
        var request = new EngineRequest(id, priority, [sequences[0]], channel.Writer);
        batch.Add(request);
        return new Job(request, channel.Reader, prompt, choices, sampling, arrived, constraint);
    }

    private sealed record Job(
        EngineRequest Request,
        ChannelReader<SequenceOutput> Reader,
        int[] Prompt,
        int Choices,
        SamplingParams Sampling,
        int Arrived,
        CompiledConstraint? Constraint)
    {
        private readonly List<SequenceOutput> _outputs = [];

        public bool IsOver
        {
            get
            {
                while (Reader.TryRead(out SequenceOutput output))
                {
                    _outputs.Add(output);
                }

                return Reader.Completion.IsCompleted;
            }
        }

        public Exception? Failure => IsOver ? Reader.Completion.Exception?.InnerException : null;

        public IReadOnlyList<int> Tokens(int choice)
        {
            Assert.True(IsOver);
            SequenceOutput[] parts = [.. _outputs.Where(o => o.Choice == choice)];
            Assert.NotNull(parts[^1].Finish);
            Assert.All(parts[..^1], part => Assert.Null(part.Finish));
            return [.. parts.SelectMany(part => part.TokenIds)];
        }
    }
}
