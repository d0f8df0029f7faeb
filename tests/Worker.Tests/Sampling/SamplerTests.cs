using CsCheck;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

public sealed class SamplerTests
{
    private static readonly float[] s_logits = [0f, 3f, 1f, 2f, -1f];

    [Fact]
    public void Greedy_TakesTheLargest_LowestIdOnATie()
    {
        var sampler = new Sampler(4);
        Assert.Equal(1, sampler.Sample([0, 5, 5, 1], new SamplingParams { Temperature = 0 }, 0, 0));
        Assert.Equal(1, sampler.Sample([0, 5, 5, 1], new SamplingParams { TopK = 1 }, 0, 0));
    }

    [Fact]
    public void Temperature_FrequenciesFollowTheSoftmax()
    {
        var sampler = new Sampler(5);
        const int Draws = 200_000;
        int[] counts = new int[5];
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Sample(s_logits, new SamplingParams { Temperature = 2, Seed = 7 }, 0, i)]++;
        }

        double sum = s_logits.Sum(l => Math.Exp(l / 2));
        for (int id = 0; id < 5; id++)
        {
            double expected = Math.Exp(s_logits[id] / 2) / sum;
            // Five standard deviations; the seed is fixed, so this either holds or does not.
            Assert.InRange((double)counts[id] / Draws - expected, -5 * Math.Sqrt(expected / Draws), 5 * Math.Sqrt(expected / Draws));
        }
    }

    [Theory]
    [InlineData(2, 1.0, new[] { 1, 3 })]
    [InlineData(0, 0.6, new[] { 1 })]
    [InlineData(0, 0.7, new[] { 1, 3 })]
    [InlineData(3, 0.95, new[] { 1, 2, 3 })]
    [InlineData(2, 0.7, new[] { 1 })] // 0.731 of what top-k left
    public void TopKThenTopP_KeepExactlyThese(int topK, double topP, int[] kept)
    {
        var sampler = new Sampler(5);
        var sampling = new SamplingParams { TopK = topK, TopP = topP, Seed = 3 };
        int[] seen = [.. Enumerable.Range(0, 5000).Select(i => sampler.Sample(s_logits, sampling, 0, i)).Distinct().Order()];
        Assert.Equal(kept, seen);
    }

    [Fact]
    public void SameSeedChoiceAndPosition_SameToken_WhateverWasDrawnBefore() =>
        Gen.Select(Gen.Long, Gen.Int[0, 127], Gen.Int[0, 10_000]).Sample((seed, choice, position) =>
        {
            var sampling = new SamplingParams { Seed = seed, TopP = 0.9 };
            var used = new Sampler(5);
            used.Sample(s_logits, sampling with { Seed = seed + 1 }, choice, position);
            Assert.Equal(
                new Sampler(5).Sample(s_logits, sampling, choice, position), used.Sample(s_logits, sampling, choice, position));
        });

    [Fact]
    public void Uniform_IsUniform_OverSeedsChoicesAndPositions()
    {
        double[][] columns =
        [
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(i, 0, 0))],
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(1, i, 0))],
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(1, 0, i))],
        ];
        foreach (double[] column in columns)
        {
            Assert.All(column, u => Assert.InRange(u, 0, Math.BitDecrement(1.0)));
            Assert.Equal(0.5, column.Average(), 0.01);
            double lagged = column.Zip(column.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12;
            Assert.Equal(0, lagged, 0.03);
        }
    }
}
