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
    private const int MaxSequences = 12;
    private static readonly IReadOnlySet<int> s_endTokens = new HashSet<int> { 1, 2 };
    private readonly Tokenizer _tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));

    [Fact]
    public void RandomWorkload_SimulatedModel_TenThousandSteps()
    {
        EngineTotals totals = Run(blocks => new SimulatedRunner(
            new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], MaxSequences, blocks)), steps: 10_000, seed: 7);
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
            blocks => Backends.Create("cpu", files, config, new RunnerLimits(Context, 64, MaxSequences, blocks)), steps: 1200, seed: 11);
        Assert.True(totals.Preemptions >= 50, $"{totals}");
        Assert.True(totals.PrefixHits >= 50, $"{totals}");
        Assert.True(totals.Copies >= 50, $"{totals}");
    }

    [Fact]
    public void RandomWorkload_WithDrafts_SimulatedModel()
    {
        // Of three tokens to choose from, a draft is right one time in three.
        EngineTotals totals = Run(
            blocks => new SimulatedRunner(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301, 302], MaxSequences, blocks)),
            steps: 5000,
            seed: 5,
            drafts: 5);
        Assert.True(totals.AcceptedTokens >= 500 && totals.DraftTokens - totals.AcceptedTokens >= 500, $"{totals}");
        Assert.True(totals.Preemptions >= 200, $"{totals}");
        Assert.True(totals.PrefixHits >= 200, $"{totals}");
    }

    [Fact]
    public void RandomWorkload_WithDrafts_RealModel()
    {
        string folder = BundledModel.Folder("stories260k");
        ModelConfig config = ModelConfig.Load(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        EngineTotals totals = Run(
            blocks => Backends.Create("cpu", files, config, new RunnerLimits(Context, 64, MaxSequences, blocks)),
            steps: 800,
            seed: 13,
            drafts: 4);
        Assert.True(totals.AcceptedTokens >= 10 && totals.DraftTokens - totals.AcceptedTokens >= 30, $"{totals}");
        Assert.True(totals.Preemptions >= 20, $"{totals}");
    }

    [Fact]
    public void Drafts_SpareSteps_AndLeaveNoBlockBehind()
    {
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300], MaxSequences, 64));
        var batch = new FusedBatch(
            runner, s_endTokens, new EngineOptions { MaxSequences = MaxSequences, PromptLookupTokens = 4, CheckInvariants = true });
        Job job = Submit(batch, "a", [5, 6], 1, new SamplingParams { MaxTokens = 63 });
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        // Three tokens one by one, until the last two have a precedent; then five a step.
        Assert.Equal(Enumerable.Repeat(300, 63), job.Tokens(0));
        Assert.Equal((3 + 12, 48, 48), (batch.Status.Totals.Steps, batch.Status.Totals.DraftTokens, batch.Status.Totals.AcceptedTokens));
        Assert.Equal((0, 63), (batch.Status.KvBlocksUsed, batch.Status.Totals.GeneratedTokens));
    }

    [Fact]
    public void InexactRunner_IsGivenNoDrafts()
    {
        var model = new SimulatedRunnerOptions(0, 0, 1, 512, [300], MaxSequences, 64);
        using var runner = new PairedRunner(new SimulatedRunner(model), new SimulatedRunner(model), isExact: false);
        var options = new EngineOptions { MaxSequences = MaxSequences, PromptLookupTokens = 4 };
        var batch = new FusedBatch(runner, s_endTokens, options);
        Submit(batch, "a", [5, 6], 1, new SamplingParams { MaxTokens = 20 });
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        Assert.Equal((20, 0), (batch.Status.Totals.Steps, batch.Status.Totals.DraftTokens));
    }

    [Fact]
    public void RefusedDrafts_HoldNoBlocks_AndGiveNoneAName()
    {
        // The prompt's end has a precedent, but what followed there is never sampled. The drafts fill the second block and need a third.
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300], MaxSequences, 64));
        int[] prompt = [.. Enumerable.Range(10, 24), 300, 300, 7, 8, 300];
        var batch = new FusedBatch(
            runner, s_endTokens, new EngineOptions { MaxSequences = MaxSequences, PromptLookupTokens = 8, CheckInvariants = true });
        Submit(batch, "a", prompt, 1, new SamplingParams { MaxTokens = 40 });
        batch.Step();
        Assert.Equal(2, batch.Status.KvBlocksUsed);
        batch.Step();
        Assert.Equal((8, 0), (batch.Status.Totals.DraftTokens, batch.Status.Totals.AcceptedTokens));
        Assert.Equal(2, batch.Status.KvBlocksUsed);
        batch.Cancel(batch.Requests.Single());
        Assert.Equal((0, 1), (batch.Status.KvBlocksUsed, batch.Status.KvBlocksCached));
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
                var limits = new RunnerLimits(Context, 64, MaxSequences, blocks);
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
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], MaxSequences, 64));
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
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], MaxSequences, 64));
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
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [300, 301], MaxSequences, 64));
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
        using SimulatedRunner runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], MaxSequences, 64));
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
        using SimulatedRunner again = new(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], MaxSequences, 64));
        AssertEqualsSolo(good, again);
    }

    private EngineTotals Run(Func<int, IModelRunner> create, int steps, int seed, int drafts = 0)
    {
        var random = new Random(seed);
        var options = new EngineOptions
        {
            MaxSequences = MaxSequences,
            MaxTokensPerStep = 64,
            PrefillChunkTokens = 24,
            AgingSteps = 50,
            CheckInvariants = true,
            PromptLookupTokens = drafts,
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
                if (drafts > 0 && prompt.Length < 60)
                {
                    prompt = [.. prompt, .. prompt.TakeLast(20)];
                }

                var sampling = new SamplingParams
                {
                    Temperature = random.Next(3) == 0 ? 0 : 1,
                    Seed = random.Next(),
                    MaxTokens = random.Next(1, 60),
                    IgnoreEos = random.Next(2) == 0,
                    PromptLogprobs = random.Next(8) == 0 ? 2 : null,
                    FrequencyPenalty = random.Next(4) == 0 ? 0.5 : 0,
                    Logprobs = random.Next(4) == 0 ? 2 : null,
                    Stop = random.Next(4) == 0 ? ["e", "a b"] : [],
                    MinTokens = random.Next(4) == 0 ? 5 : 0,
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
        var options = new EngineOptions { PrefixCaching = false, MaxSequences = MaxSequences, MaxTokensPerStep = 64 };
        var alone = new FusedBatch(runner, s_endTokens, options);
        Job solo = Submit(alone, "solo", job.Prompt, job.Choices, job.Sampling, constraint: job.Constraint);
        while (!alone.IsEmpty)
        {
            alone.Step();
        }

        for (int choice = 0; choice < job.Choices; choice++)
        {
            Assert.Equal(solo.Parts(choice), job.Parts(choice));
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
            new OutputText(new IncrementalDetokenizer(_tokenizer, prompt, skipSpecialTokens: true), sampling.Stop),
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

        public IReadOnlyList<int> Tokens(int choice) => [.. Outputs(choice).SelectMany(part => part.TokenIds)];

        /// <summary>All that the outputs say, each in a line.</summary>
        public IReadOnlyList<string> Parts(int choice) => [.. Outputs(choice).Select(part =>
            $"{part.FirstIndex}: {string.Join(' ', part.TokenIds)} '{part.Text}' {string.Join(' ', part.TextLengths)} {part.Finish} "
            + Scores(part.Logprobs) + " | " + Scores(part.PromptLogprobs))];

        private static string Scores(IEnumerable<TokenLogprobs?>? scores) => string.Join(' ', (scores ?? []).Select(Score));

        private static string Score(TokenLogprobs? score) =>
            score is null ? "-" : $"{score.Id} {score.Logprob} {score.Rank} {string.Join(' ', score.Top)}";

        private SequenceOutput[] Outputs(int choice)
        {
            Assert.True(IsOver);
            SequenceOutput[] parts = [.. _outputs.Where(o => o.Choice == choice)];
            Assert.NotNull(parts[^1].Finish);
            Assert.All(parts[..^1], part => Assert.Null(part.Finish));
            return parts;
        }
    }
}
