using CsCheck;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

public sealed class RawLogprobsTests
{
    [Fact]
    public void Values_RankAndOrder_EqualAFullSort() =>
        Gen.Select(Gen.Int[-20, 20].Array[1, 60], Gen.Int[0, 20], Gen.Int[0, 59]).Sample((halves, top, pick) =>
        {
            // Halves give ties, which go to the lower id.
            float[] row = [.. halves.Select(h => h / 2f)];
            int id = pick % row.Length;
            double normaliser = Math.Log(row.Sum(l => Math.Exp(l)));
            int[] sorted = [.. Enumerable.Range(0, row.Length).OrderByDescending(i => row[i]).ThenBy(i => i)];
            TokenLogprobs found = RawLogprobs.Of(row, id, top);
            Assert.Equal((id, Array.IndexOf(sorted, id) + 1), (found.Id, found.Rank));
            Assert.Equal(row[id] - normaliser, found.Logprob, 1e-5);
            Assert.Equal(sorted.Take(top), found.Top.Select(t => t.Id));
            Assert.All(found.Top, t => Assert.Equal(row[t.Id] - normaliser, t.Logprob, 1e-5));
        });

    [Fact]
    public void LargeLogits_DoNotOverflow()
    {
        TokenLogprobs found = RawLogprobs.Of([3e38f, 0, float.NegativeInfinity], 0, 3);
        Assert.Equal(0, found.Logprob);
        Assert.Equal(float.NegativeInfinity, found.Top[2].Logprob);
    }

    [Fact]
    public void AreOfTheRawLogits_WhateverTheRequestDoesToThem()
    {
        float[] row = [1, 2, 3, 4];
        var sampling = new SamplingParams
        {
            Temperature = 0,
            Logprobs = 2,
            AllowedTokenIds = [1],
            LogitBias = [new(1, 50)],
            RepetitionPenalty = 1.9,
        };
        SampledToken token = new SequenceSampler(sampling, 0, [1], new HashSet<int>(), 4).Sample(row, default, new SamplingWorkspace(4));
        Assert.Equal(1, token.Id);
        Assert.Equal(RawLogprobs.Of(row, 1, 2).Logprob, token.Logprobs!.Logprob);
        Assert.Equal(3, token.Logprobs.Rank);
        Assert.Equal([3, 2], token.Logprobs.Top.Select(t => t.Id));
    }
}
