using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Engine;

/// <summary>Sampling parameters and log-probabilities through the whole engine, on a real model.</summary>
public sealed class SamplingInEngineTests
{
    private const string Opening = "Once upon a time";
    private static readonly SamplingParams s_greedy = new() { Temperature = 0, MaxTokens = 24 };

    [Theory]
    [InlineData(64, 128)]
    [InlineData(2, 7)]
    public async Task PromptLogprobs_EqualThoseOfTheSameTokensWhenTheyWereSampled(int maxSequences, int chunk)
    {
        using var fixture = new EngineFixture(options: new EngineOptions { MaxSequences = maxSequences, PrefillChunkTokens = chunk });
        List<SequenceOutput> generated = await OutputsAsync(fixture, s_greedy with { Logprobs = 3 }, Ids(fixture, Opening));
        int[] output = [.. generated.SelectMany(o => o.TokenIds)];
        TokenLogprobs[] sampled = [.. generated.SelectMany(o => o.Logprobs!)];
        Assert.Equal(output, sampled.Select(s => s.Id));
        Assert.All(sampled, s => Assert.Equal((1, s.Id), (s.Rank, s.Top[0].Id)));

        // Bit for bit, by row invariance: a prefill in chunks, in a batch with another, gives what the decodes gave.
        int[] whole = [.. Ids(fixture, Opening), .. output];
        var scoring = new SamplingParams { MaxTokens = 0, PromptLogprobs = 3 };
        List<SequenceOutput> scored = await OutputsAsync(fixture, scoring, whole, Ids(fixture, "The dog and the cat"));
        Assert.Equal(2, scored.Count);
        SequenceOutput first = scored.Single(o => o.Choice == 0);
        Assert.Equal((0, FinishReason.Length), (first.TokenIds.Count, first.Finish));
        IReadOnlyList<TokenLogprobs?> prompt = first.PromptLogprobs!;
        Assert.Equal(whole.Length, prompt.Count);
        Assert.Null(prompt[0]);
        for (int i = 0; i < sampled.Length; i++)
        {
            TokenLogprobs again = prompt[whole.Length - sampled.Length + i]!;
            Assert.Equal((sampled[i].Id, sampled[i].Logprob, sampled[i].Rank), (again.Id, again.Logprob, again.Rank));
            Assert.Equal(sampled[i].Top, again.Top);
        }
    }

    [Fact]
    public async Task PromptLogprobs_DoNotChangeWhatIsGenerated_AndComeOnce()
    {
        using var fixture = new EngineFixture();
        List<SequenceOutput> plain = await OutputsAsync(fixture, s_greedy, Ids(fixture, Opening));
        List<SequenceOutput> scored = await OutputsAsync(fixture, s_greedy with { PromptLogprobs = 0 }, Ids(fixture, Opening));
        Assert.Equal(plain.SelectMany(o => o.TokenIds), scored.SelectMany(o => o.TokenIds));
        Assert.NotNull(scored[0].PromptLogprobs);
        Assert.All(scored.Skip(1), o => Assert.Null(o.PromptLogprobs));
        Assert.All(plain, o => Assert.Null(o.Logprobs));

        // One token: nothing to score.
        List<SequenceOutput> single = await OutputsAsync(fixture, new SamplingParams { MaxTokens = 0, PromptLogprobs = 2 }, [1]);
        Assert.Equal([null], single.Single().PromptLogprobs!);
    }

    [Fact]
    public async Task MinTokens_PutsOffTheEnd()
    {
        using var fixture = new EngineFixture();
        int end = fixture.Tokenizer.TokenToId("</s>")!.Value;
        SamplingParams eager = s_greedy with { LogitBias = [new(end, 100)] };
        Assert.Equal([end], (await fixture.RunAsync(eager, Opening))[0].Tokens);
        var later = (await fixture.RunAsync(eager with { MinTokens = 5 }, Opening))[0];
        Assert.Equal((6, FinishReason.Stop), (later.Tokens.Count, later.Finish));
        Assert.DoesNotContain(end, later.Tokens.SkipLast(1));
        Assert.Equal(24, (await fixture.RunAsync(eager with { IgnoreEos = true }, Opening))[0].Tokens.Count);
    }

    [Fact]
    public async Task StopStrings_CountOnlyAfterMinTokens_AndAreShownWhenAskedFor()
    {
        using var fixture = new EngineFixture();
        string whole = (await fixture.RunAsync(s_greedy, Opening))[0].Text;
        string stop = whole[6..9];
        int at = whole.IndexOf(stop, StringComparison.Ordinal);
        SamplingParams stopping = s_greedy with { Stop = [stop] };
        Assert.Equal(whole[..at], (await fixture.RunAsync(stopping, Opening))[0].Text);
        Assert.Equal(whole[..(at + 3)], (await fixture.RunAsync(stopping with { IncludeStop = true }, Opening))[0].Text);
        var late = (await fixture.RunAsync(stopping with { MinTokens = 24 }, Opening))[0];
        Assert.Equal((whole, FinishReason.Length), (late.Text, late.Finish));
    }

    [Fact]
    public async Task SpecialTokens_AreShownWhenAskedFor()
    {
        using var fixture = new EngineFixture();
        int bos = fixture.Tokenizer.TokenToId("<s>")!.Value;
        SamplingParams only = s_greedy with { MaxTokens = 2, AllowedTokenIds = [bos], IgnoreEos = true };
        Assert.Equal("", (await fixture.RunAsync(only, Opening))[0].Text);
        Assert.Equal("<s><s>", (await fixture.RunAsync(only with { SkipSpecialTokens = false }, Opening))[0].Text);
    }

    [Fact]
    public async Task ARowThatIsNoNumber_FailsItsOwnRequest_AndTheBatchGoesOn()
    {
        const int Poison = 400;
        using var fixture = new EngineFixture(runner: new PoisonableRunner(Poison));
        var sampling = new SamplingParams { Temperature = 0, MaxTokens = 50 };
        Task<List<SequenceOutput>>[] good = [.. Enumerable.Range(0, 4).Select(_ => OutputsAsync(fixture, sampling, [5, 6], [7]))];
        var error = await Assert.ThrowsAsync<SamplingException>(() => OutputsAsync(fixture, sampling, [5, Poison], [5]));
        Assert.False(error.NothingAllowed);
        foreach (List<SequenceOutput> outputs in await Task.WhenAll(good))
        {
            Assert.Equal(100, outputs.Sum(o => o.TokenIds.Count));
        }

        await Assert.ThrowsAsync<SamplingException>(
            () => OutputsAsync(fixture, sampling with { AllowedTokenIds = [9], BadWords = [[9]] }, [5]));
        Assert.Equal(0, (await fixture.StatusAsync(s => s.SequencesRunning == 0)).KvBlocksUsed);
        Assert.Equal(50, (await OutputsAsync(fixture, sampling, [5])).Sum(o => o.TokenIds.Count));
    }

    private static int[] Ids(EngineFixture fixture, string text) => [.. fixture.Tokenizer.Encode(text, addSpecialTokens: true)];

    private static async Task<List<SequenceOutput>> OutputsAsync(EngineFixture fixture, SamplingParams sampling, params int[][] prompts)
    {
        using Generation generation = fixture.Engine.Submit(new GenerationRequest("r", prompts, sampling));
        var outputs = new List<SequenceOutput>();
        await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
        {
            outputs.Add(output);
        }

        return outputs;
    }

    /// <summary>Always says token 300, but NaN after the poison.</summary>
    private sealed class PoisonableRunner(int poison) : IModelRunner
    {
        public int HiddenSize => 0;

        public ReadOnlyMemory<float> HiddenStates => default;

        public int VocabularySize => 512;

        public int KvBlocks => 100;

        public bool IsExact => true;

        public string NumericsId => "";

        public string KvLayout => "";

        public int BytesPerBlock => 0;

        public long DenseProducts => 0;

        public ReadOnlyMemory<float> Forward(BatchPlan plan)
        {
            float[] logits = new float[plan.LogitsRows * VocabularySize];
            int row = 0;
            foreach (PlannedSequence sequence in plan.Sequences)
            {
                for (int i = sequence.Tokens.Length - sequence.LogitsRows; i < sequence.Tokens.Length; i++)
                {
                    logits[(row++ * VocabularySize) + 300] = sequence.Tokens.Span[i] == poison ? float.NaN : 1;
                }
            }

            return logits;
        }

        public void ReadBlock(int block, Span<byte> bytes) => throw new NotSupportedException();

        public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
