using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Engine;

public sealed class EngineLoopTests
{
    private static readonly string[] s_openings =
        ["Once upon a time", "", "Lily and Tom", "The dog", "One day, a big bird saw a small red ball in the park and", "I"];

    [Fact]
    public async Task ThirtyTwoAtOnce_EachEqualsWhatItGivesAlone()
    {
        using var fixture = new EngineFixture();
        SamplingParams[] sampling = [.. Enumerable.Range(0, 32).Select(i => new SamplingParams
        {
            Temperature = i % 3 == 0 ? 0 : 0.5 + (i % 5 * 0.2),
            TopP = i % 4 == 1 ? 0.9 : 1,
            TopK = i % 5 == 2 ? 20 : 0,
            Seed = i * 7919,
            MaxTokens = 5 + (i * 7),
        })];
        var alone = new List<(List<int> Tokens, string Text, FinishReason?)>();
        for (int i = 0; i < 32; i++)
        {
            alone.Add((await fixture.RunAsync(sampling[i], s_openings[i % s_openings.Length]))[0]);
        }

        long before = fixture.Engine.Status.Totals.Steps;
        var together = await Task.WhenAll(Enumerable.Range(0, 32)
            .Select(i => fixture.RunAsync(sampling[i], s_openings[i % s_openings.Length])));
        long steps = fixture.Engine.Status.Totals.Steps - before;

        for (int i = 0; i < 32; i++)
        {
            Assert.Equal(alone[i].Tokens, together[i][0].Tokens);
            Assert.Equal(alone[i].Text, together[i][0].Text);
        }

        int tokens = alone.Sum(a => a.Tokens.Count);
        Assert.True(steps < tokens / 4, $"{steps} steps for {tokens} tokens: the batch was not fused");
        Assert.Equal(0, (await fixture.StatusAsync(s => s.SequencesRunning == 0)).KvBlocksUsed);
    }

    [Fact]
    public async Task Choices_DifferBySampling_AndAreIndependentOfEachOther()
    {
        using var fixture = new EngineFixture();
        var sampling = new SamplingParams { Seed = 5, MaxTokens = 30 };
        var both = await fixture.RunAsync(sampling, "Once", "Once");
        Assert.NotEqual(both[0].Text, both[1].Text);
        Assert.Equal(both[0].Text, (await fixture.RunAsync(sampling, "Once"))[0].Text);
    }

    [Fact]
    public async Task WithoutMaxTokens_RunsToTheEndOfTheContext()
    {
        using var fixture = new EngineFixture();
        var result = await fixture.RunAsync(new SamplingParams { Temperature = 0, IgnoreEos = true }, "Once upon a time");
        int prompt = fixture.Tokenizer.Encode("Once upon a time", addSpecialTokens: true).Count;
        Assert.Equal(fixture.Engine.ContextLength - prompt, result[0].Tokens.Count);
        Assert.Equal(FinishReason.Length, result[0].Finish);
    }

    [Fact]
    public async Task StopString_EndsTheText_AndIsNotPartOfIt()
    {
        using var fixture = new EngineFixture();
        var sampling = new SamplingParams { Temperature = 0, MaxTokens = 100 };
        string whole = (await fixture.RunAsync(sampling, "Once upon a time"))[0].Text;
        string stop = whole.Substring(25, 6);
        var stopped = (await fixture.RunAsync(sampling with { Stop = ["never there", stop] }, "Once upon a time"))[0];
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], stopped.Text);
        Assert.Equal(FinishReason.Stop, stopped.Finish);
    }

    [Fact]
    public async Task WaitingRequests_AreServedInOrder_WhenBlocksAreScarce()
    {
        // 32 blocks: one sequence that may grow to the end of the context takes them all.
        using var fixture = new EngineFixture(options: new EngineOptions { KvBlocks = 32 });
        var all = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i => fixture.RunAsync(new SamplingParams { Temperature = 0, MaxTokens = i == 2 ? 8 : null }, "Once")));
        Assert.All(all, r => Assert.NotNull(r[0].Finish));
        Assert.Equal(all[0][0].Text, all[3][0].Text);
        Assert.StartsWith(all[2][0].Text, all[0][0].Text, StringComparison.Ordinal);
        Assert.Equal(0, (await fixture.StatusAsync(s => s.SequencesRunning == 0)).KvBlocksUsed);
    }

    [Fact]
    public async Task Cancel_FreesTheBlocks_RunningAndWaiting()
    {
        using var fixture = new EngineFixture(options: new EngineOptions { KvBlocks = 64 });
        Generation[] generations =
            [.. Enumerable.Range(0, 6).Select(_ => fixture.Submit(new SamplingParams { IgnoreEos = true }, "Once upon a time"))];
        await fixture.StatusAsync(s => s.Totals.Preemptions > 0 && s.SequencesWaiting > 0);
        foreach (Generation generation in generations)
        {
            generation.Dispose();
            generation.Dispose();
        }

        EngineStatus idle = await fixture.StatusAsync(s => s.SequencesRunning + s.SequencesWaiting == 0);
        Assert.Equal(0, idle.KvBlocksUsed);
        foreach (Generation generation in generations)
        {
            // Ends, that is all: what was sampled before may still be in the channel.
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                Assert.Null(output.Finish);
            }
        }
    }

    [Fact]
    public async Task AThousandMixedRequests_AThirdCancelledMidway_LeakNothing()
    {
        var simulated = new SimulatedRunner(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], 64, 256));
        using var fixture = new EngineFixture(runner: simulated);
        var random = new Random(4);
        (int Tokens, int CancelAfter)[] requests =
            [.. Enumerable.Range(0, 1000).Select(i => (random.Next(1, 200), i % 3 == 0 ? random.Next(0, 50) : int.MaxValue))];
        int[] received = await Task.WhenAll(requests.Select(async request =>
        {
            int tokens = 0;
            using Generation generation = fixture.Submit(new SamplingParams { MaxTokens = request.Tokens }, "Once upon a time");
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                tokens += output.TokenIds.Count;
                if (tokens > request.CancelAfter)
                {
                    break;
                }
            }

            return tokens;
        }));

        Assert.All(requests.Zip(received), r => Assert.Equal(Math.Min(r.First.Tokens, (long)r.First.CancelAfter + 1), r.Second));
        EngineStatus idle = await fixture.StatusAsync(s => s.SequencesRunning + s.SequencesWaiting == 0);
        Assert.Equal(0, idle.KvBlocksUsed);
        Assert.Equal(0, idle.KvBlocksWaiting);
    }

    [Fact]
    public async Task BrokenRunner_EveryRequestHearsOfIt_AndSoDoLaterOnes()
    {
        using var fixture = new EngineFixture(runner: new BreakingRunner(stepsToLive: 3));
        Exception? reported = null;
        fixture.Engine.Faulted += error => reported = error;
        using Generation generation = fixture.Submit(new SamplingParams(), "Once", "Lily");
        await Assert.ThrowsAsync<EngineFaultedException>(async () =>
        {
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                Assert.Null(output.Finish);
            }
        });
        await fixture.StatusAsync(_ => reported is not null);
        Assert.Throws<EngineFaultedException>(() => fixture.Submit(new SamplingParams(), "Once"));
    }

    [Fact]
    public async Task FullQueue_IsRefused()
    {
        using var fixture = new EngineFixture(options: new EngineOptions { KvBlocks = 32, MaxSequences = 1, MaxWaitingRequests = 2 });
        var generations = new List<Generation> { fixture.Submit(new SamplingParams { IgnoreEos = true }, "Once") };
        await fixture.StatusAsync(s => s.Totals.Steps > 0);
        var refused = Assert.Throws<EngineOverloadedException>(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                generations.Add(fixture.Submit(new SamplingParams { IgnoreEos = true }, "Once"));
            }
        });
        Assert.Contains("waiting", refused.Message, StringComparison.Ordinal);
        generations.ForEach(g => g.Dispose());
    }

    [Fact]
    public async Task StoppedEngine_SaysSo_AndItsMemoryIsNotTouched()
    {
        var fixture = new EngineFixture();
        using Generation generation = fixture.Submit(new SamplingParams { IgnoreEos = true }, "Once");
        await fixture.StatusAsync(s => s.Totals.Steps > 0);
        BlockReservation reservation = (await fixture.Engine.ReserveAsync(2, 1))!;
        byte[] bytes = new byte[fixture.Engine.BytesPerBlock];
        fixture.Engine.WriteBlock(reservation.Blocks[1], bytes);
        fixture.Engine.ReadBlock(reservation.Blocks[1], bytes);
        fixture.Dispose();
        Assert.Throws<EngineFaultedException>(() => fixture.Engine.ReadBlock(0, bytes));
        Assert.Throws<EngineFaultedException>(() => fixture.Engine.WriteBlock(0, bytes));
        await Assert.ThrowsAsync<EngineFaultedException>(() => fixture.Engine.ParkAsync(generation));
        await Assert.ThrowsAsync<EngineFaultedException>(() => fixture.Engine.FreeAsync(reservation));
        Assert.Throws<EngineFaultedException>(() => fixture.Submit(new SamplingParams(), "Once"));
        generation.Pause();
    }

    private sealed class BreakingRunner(int stepsToLive) : IModelRunner
    {
        private int _left = stepsToLive;

        public int VocabularySize => 512;

        public int HiddenSize => 8;

        public ReadOnlyMemory<float> HiddenStates => default;

        public int KvBlocks => 100;

        public bool IsExact => true;

        public string NumericsId => "";

        public string KvLayout => "";

        public int BytesPerBlock => 0;

        public long DenseProducts => 0;

        public ReadOnlyMemory<float> Forward(BatchPlan plan) => _left-- > 0
            ? new float[plan.LogitsRows * VocabularySize].Select((_, i) => i % VocabularySize == 400 ? 1f : 0f).ToArray()
            : throw new InvalidOperationException("the device fell over");

        public void ReadBlock(int block, Span<byte> bytes) => throw new NotSupportedException();

        public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
