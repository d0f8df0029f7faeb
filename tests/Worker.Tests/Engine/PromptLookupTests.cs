using CsCheck;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Engine;

public sealed class PromptLookupTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 1, 2, 3 }, 3)]
    [InlineData(new[] { 1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3 }, 7)]
    [InlineData(new[] { 1, 2, 3, 4, 9, 2, 3, 5, 1, 2, 3 }, 3)]
    [InlineData(new[] { 1, 2, 3, 9, 2, 3 }, 3)]
    [InlineData(new[] { 7, 7, 7, 7 }, 3)]
    [InlineData(new[] { 7, 7, 7 }, 2)]
    [InlineData(new[] { 1, 2, 3, 4, 9, 3 }, -1)]
    [InlineData(new[] { 1, 2, 3 }, -1)]
    [InlineData(new[] { 1, 1 }, -1)]
    [InlineData(new[] { 1 }, -1)]
    public void Find_WhatFollowedTheLatestEarlierOccurrence_OfThreeTokensBeforeTwo(int[] tokens, int next) =>
        Assert.Equal(next, PromptLookup.Find(tokens));

    [Fact]
    public void Find_LooksBackOnlySoFar()
    {
        int[] tokens = [1, 2, 3, .. Enumerable.Range(10, PromptLookup.Window), 1, 2];
        Assert.Equal(-1, PromptLookup.Find(tokens));
        Assert.Equal(2, PromptLookup.Find([1, 2, .. tokens[^(PromptLookup.Window - 2)..]]));
    }

    [Fact]
    public void Find_AgreesWithASearchByHand() => Gen.Int[0, 3].Array[1, 60].Sample(tokens =>
    {
        int expected = -1;
        for (int length = 3; length >= 2 && expected < 0; length--)
        {
            for (int next = tokens.Length - 1; next >= length && expected < 0; next--)
            {
                expected = tokens[(next - length)..next].SequenceEqual(tokens.TakeLast(length)) ? next : -1;
            }
        }

        Assert.Equal(expected, PromptLookup.Find(tokens));
    });

    [Fact]
    public void Draft_RepeatsWhatRepeatsItself_AndLeavesTheLastTokenToSampling()
    {
        var tokens = new SequenceTokens([1, 2, 3, 1, 2], [], "", maxLength: 12);
        Assert.Equal(4, tokens.Draft(4));
        Assert.Equal([3, 1, 2, 3], tokens.Planned(5, 4).ToArray());
        tokens.Append(3);
        Assert.True(tokens.IsAsDrafted);
        tokens.Append(9);
        Assert.False(tokens.IsAsDrafted);
        tokens.Append(2);
        Assert.False(tokens.IsAsDrafted);
        Assert.Equal(0, tokens.Draft(16));
        Assert.Equal([1, 2, 3, 1, 2, 3, 9, 2], tokens.Known(0, tokens.Count));
    }

    [Fact]
    public void Draft_IsNoLongerThanTwiceWhatCameTrueOfTheLast_AndOne()
    {
        var tokens = new SequenceTokens([1, 2, 1, 2], [], "", maxLength: 100);
        Assert.Equal(16, tokens.Draft(16));
        foreach (int token in (ReadOnlySpan<int>)[9, 1, 2])
        {
            tokens.Append(token);
        }

        Assert.Equal(1, tokens.Draft(16));
        tokens.Append(9);
        Assert.Equal(3, tokens.Draft(16));
        Assert.Equal(1, tokens.Draft(16));
        Assert.Equal(6, new SequenceTokens([1, 2, 3, 1, 2], [], "", maxLength: 12).Draft(16));
    }

    [Fact]
    public void KnownTokens_StayAsTheyAre_WhateverComesAfter()
    {
        int[] expected = [.. Enumerable.Range(0, 20_000).Select(i => i % 7)];
        var tokens = new SequenceTokens(expected[..10], [], "", expected.Length);
        var kept = new List<ArraySegment<int>>();
        for (int i = 10; i < expected.Length; i++)
        {
            tokens.Draft(16);
            tokens.Append(expected[i]);
            kept.Add(tokens.Known(i, 1));
        }

        Assert.Equal<int[]>(expected, [.. tokens.Known(0, tokens.Count)]);
        Assert.Equal<int[]>(expected[10..], [.. kept.SelectMany(one => one)]);
    }
}
