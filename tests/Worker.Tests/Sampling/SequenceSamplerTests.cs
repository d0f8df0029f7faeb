using CsCheck;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

public sealed class SequenceSamplerTests
{
    private static readonly Gen<SamplingParams> s_sampling = Gen.Select(
        Gen.Select(OneOf(0, 0.01, 0.7, 1, 2), OneOf(0, 0.05, 1), Gen.Int[0, 30], OneOf(0.01, 0.5, 0.999, 1)),
        Gen.Select(OneOf(0, -2, 0.5), OneOf(0, 1.5), OneOf(1, 0.5, 1.5, 1e-300)),
        Gen.Select(Gen.Int[0, 23].Array[0, 4], Gen.Int[0, 23].Array[1, 3].Array[0, 3], Gen.Int[0, 8]),
        Gen.Long,
        (draw, penalties, masks, seed) => new SamplingParams
        {
            Temperature = draw.Item1,
            MinP = draw.Item2,
            TopK = draw.Item3,
            TopP = draw.Item4,
            FrequencyPenalty = penalties.Item1,
            PresencePenalty = penalties.Item2,
            RepetitionPenalty = penalties.Item3,
            AllowedTokenIds = masks.Item1.Length > 0 ? [.. masks.Item1, 9, 10, 11] : null,
            BadWords = masks.Item2,
            MinTokens = masks.Item3,
            LogitBias = [new(5, 3.5f)],
            Seed = seed,
        });

    [Fact]
    public void Greedy_TakesTheLargest_LowestIdOnATie()
    {
        Assert.Equal(1, Draw([0, 5, 5, 1], new SamplingParams { Temperature = 0 }));
        Assert.Equal(1, Draw([0, 5, 5, 1], new SamplingParams { TopK = 1 }));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1.0001, 3)]
    [InlineData(1.5, 3)]
    public void Greedy_HonoursPenalties(double penalty, int expected) =>
        Assert.Equal(expected, Draw([3, -1, -2, 3], new SamplingParams { Temperature = 0, RepetitionPenalty = penalty }, prompt: [0]));

    [Fact]
    public void Greedy_HonoursMasksAndBias()
    {
        float[] row = [9, 8, 7, 6];
        var greedy = new SamplingParams { Temperature = 0 };
        Assert.Equal(2, Draw(row, greedy with { AllowedTokenIds = [3, 2] }));
        Assert.Equal(1, Draw(row, greedy with { BadWords = [[0]] }));
        Assert.Equal(3, Draw(row, greedy with { LogitBias = [new(3, 3.5f)] }));
        Assert.Equal(2, Draw(row, greedy with { MinTokens = 1, StopTokenIds = [1] }, ends: [0]));
        Assert.Equal(3, Draw(row, greedy, grammar: [0b1000]));
    }

    [Theory]
    [InlineData(2, 1.0, new[] { 1, 3 })]
    [InlineData(0, 0.6, new[] { 1 })]
    [InlineData(0, 0.7, new[] { 1, 3 })]
    [InlineData(3, 0.95, new[] { 1, 2, 3 })]
    [InlineData(2, 0.7, new[] { 1 })] // 0.731 of what top-k left
    public void TopKThenTopP_KeepExactlyThese(int topK, double topP, int[] kept)
    {
        var sampling = new SamplingParams { TopK = topK, TopP = topP };
        int[] seen = [.. Enumerable.Range(0, 5000)
            .Select(seed => Draw([0f, 3f, 1f, 2f, -1f], sampling with { Seed = seed })).Distinct().Order()];
        Assert.Equal(kept, seen);
    }

    // The largest random number gives the lightest token of what a filter kept.
    [Fact]
    public void Filters_KeepExactlyWhatAFullSortSays_AlsoInALargeVocabulary() =>
        Gen.Select(Gen.Int[2, 3000], Gen.Int, Gen.Int[0, 40], Gen.Double[0.01, 0.99], Gen.Int[0, 9]).Sample((size, seed, topK, topP, minP) =>
        {
            var random = new Random(seed);
            double spread = random.Next(1, 9);
            float[] row = [.. Enumerable.Range(0, size).Select(_ => (float)(Math.Round(random.NextDouble() * 40) / 40 * spread))];
            var sampling = new SamplingParams { TopK = topK, TopP = topP, MinP = minP / 20.0 };
            int[] sorted = [.. Enumerable.Range(0, size).OrderByDescending(id => row[id]).ThenBy(id => id)];
            double[] weights = [.. sorted.Select(id => Math.Exp((double)row[id] - row[sorted[0]])).TakeWhile(w => w >= sampling.MinP)];
            weights = topK > 0 ? [.. weights.Take(topK)] : weights;
            double mass = 0, all = weights.Sum();
            int kept = weights.TakeWhile(w => mass < topP * all && (mass += w) > 0).Count();
            var workspace = new SamplingWorkspace(size);
            Assert.Contains(TokenDraw.Draw(row, sorted[0], sampling, 0, workspace), sorted.Take(kept));

            // A sum that ends within rounding of the limit may fall on either side.
            int last = TokenDraw.Draw(row, sorted[0], sampling, Math.BitDecrement(1.0), workspace);
            bool onTheEdge = Math.Abs(mass - (topP * all)) < 1e-9 * all || Math.Abs(mass - weights[kept - 1] - (topP * all)) < 1e-9 * all;
            Assert.True(last == sorted[kept - 1] || onTheEdge, $"drew {Array.IndexOf(sorted, last)} of {kept}");
        });

    [Fact]
    public void SamePromptAndOutput_SameTokens_HoweverTheSamplerCameThere() =>
        Gen.Select(s_sampling, Rows(), Gen.Int[0, 127], Gen.Int[0, 23].Array[1, 6]).Sample((sampling, rows, choice, prompt) =>
        {
            var workspace = new SamplingWorkspace(24);
            var ends = new HashSet<int> { 2 };
            var running = new SequenceSampler(sampling, choice, prompt, ends, 24);
            var output = new List<int>();
            foreach (float[] row in rows)
            {
                // As after a preemption or a move: a new sampler is told what has come about so far.
                var rebuilt = new SequenceSampler(sampling, choice, prompt, ends, 24);
                output.ForEach(rebuilt.Add);
                int? id = TryDraw(running, row, workspace);
                Assert.Equal(id, TryDraw(rebuilt, row, new SamplingWorkspace(24)));
                running.Add(id ?? 0);
                output.Add(id ?? 0);
            }
        });

    [Fact]
    public void WhateverTheParameters_TheDrawIsOneThatTheDefinitionAllows() =>
        Gen.Select(s_sampling, Rows(), Gen.Int[0, 23].Array[1, 6], Gen.Int[0, 23].Array[0, 6]).Sample((sampling, rows, prompt, output) =>
        {
            var sampled = new SamplerCase(sampling) { Logits = rows[0], Prompt = prompt, Output = output, EndTokens = [2] };
            int? id = TryDraw(sampled.SamplerAt(0), rows[0], new SamplingWorkspace(24));
            if (sampling.Temperature > 0 && sampling.TopP is 1 or 0.01 && sampling.RepetitionPenalty > 0.1)
            {
                double[] expected = sampled.Expected();
                Assert.True(id is null ? expected.All(double.IsNaN) : expected[id.Value] > 0, $"drew {id}");
            }
        });

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void LogitsThatAreNoNumbers_AreAnError_EvenBehindAMask(float bad)
    {
        foreach (SamplingParams sampling in (SamplingParams[])
            [
                new() { Temperature = 0 }, new(), new() { TopP = 0.5 }, new() { TopK = 2 }, new() { AllowedTokenIds = [0] },
                new() { Logprobs = 3 },
            ])
        {
            for (int at = 0; at < 4; at++)
            {
                float[] row = [1, 2, 3, 4];
                row[at] = bad;
                Assert.False(Assert.Throws<SamplingException>(() => Draw(row, sampling)).NothingAllowed);
            }
        }
    }

    [Fact]
    public void NothingButMinusInfinity_IsAnError() => Assert.False(Assert.Throws<SamplingException>(
        () => Draw([float.NegativeInfinity, float.NegativeInfinity], new SamplingParams())).NothingAllowed);

    [Fact]
    public void NothingAllowed_IsAnErrorOfTheRequest()
    {
        Assert.True(Assert.Throws<SamplingException>(() => Draw(
            [1, 2], new SamplingParams { AllowedTokenIds = [1], BadWords = [[1]] })).NothingAllowed);
        Assert.True(Assert.Throws<SamplingException>(() => Draw([1, 2], new SamplingParams { Temperature = 0 }, grammar: [0])).NothingAllowed);
    }

    [Fact]
    public void ExtremeParameters_NeverLeaveTheMostLikelyToken()
    {
        foreach (double temperature in (double[])[double.Epsilon, 1e-30, 1e-3])
        {
            Assert.Equal(2, Draw([-3e38f, 1, 3e38f, 0], new SamplingParams { Temperature = temperature, TopP = 0.9 }));
        }

        // A penalty that small would make the logit infinite.
        Assert.Equal(0, Draw([1, 5, 2], new SamplingParams { Temperature = 0, RepetitionPenalty = 1e-300 }, prompt: [0]));
    }

    [Fact]
    public void AGrammarMaskThatIsTooShort_IsAProgrammingError() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Draw(new float[33], new SamplingParams(), grammar: [1]));

    private static Gen<double> OneOf(params double[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // Numbers that all stages compute exactly, so that what ties in float32 ties in float64 too.
    private static Gen<float[][]> Rows() => Gen.Int[-512, 512].Select(i => i / 64f).Array[24].Array[1, 12];

    private static int? TryDraw(SequenceSampler sampler, float[] row, SamplingWorkspace workspace)
    {
        try
        {
            return sampler.Sample(row, default, workspace).Id;
        }
        catch (SamplingException error) when (error.NothingAllowed)
        {
            return null;
        }
    }

    private static int Draw(float[] row, SamplingParams sampling, int[]? prompt = null, int[]? ends = null, uint[]? grammar = null)
    {
        var workspace = new SamplingWorkspace(row.Length);
        return new SequenceSampler(sampling, 0, prompt ?? [], (ends ?? []).ToHashSet(), row.Length).Sample(row, grammar, workspace).Id;
    }
}
