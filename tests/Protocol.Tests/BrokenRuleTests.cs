using Godwit.Protocol.Tests.Simulation;
using Xunit.Abstractions;

namespace Godwit.Protocol.Tests;

/// <summary>A check that finds nothing proves little. Here one rule each is broken on purpose, and it must be found.</summary>
public sealed class BrokenRuleTests(ITestOutputHelper output)
{
    private const ulong Seed = 20260;

    [Theory]
    [InlineData(
        nameof(BrokenRule.AcceptsOldEpochs),
        "a frame of an older epoch after one of a newer|a token is lost, doubled, out of order or another")]
    [InlineData(nameof(BrokenRule.FreesBeforeRelease), "its blocks are free, and it runs")]
    [InlineData(nameof(BrokenRule.StartsAtReady), "it runs where the Gateway did not give it")]
    [InlineData(nameof(BrokenRule.ReservesForEver), "a reservation outlives its deadline")]
    [InlineData(nameof(BrokenRule.KeepsWithoutRaising), "an epoch is used twice")]
    [InlineData(nameof(BrokenRule.SourceHelpsItself), "two workers run it for too long")]
    [InlineData(nameof(BrokenRule.RunsWithoutAcks), "a request outlives the Gateway's silence")]
    [InlineData(nameof(BrokenRule.ForgetsAtOnce), "a late call runs again")]
    [InlineData(nameof(BrokenRule.GivesUpSilently), "it is over, and blocks are held")]
    [InlineData(nameof(BrokenRule.ReadyWithoutBlocks), "without all its blocks")]
    [InlineData(nameof(BrokenRule.RecoversForEver), "it recovers too often")]
    [InlineData(nameof(BrokenRule.CancelsNobody), "it is over, and blocks are held")]
    public void Is_found(string rule, string what)
    {
        BrokenRule broken = Enum.Parse<BrokenRule>(rule);
        string? violation = ModelCheck.Run(Seed, 20_000, broken, new ModelCoverage());
        Assert.True(violation is not null, $"{rule} was not found");
        string found = violation.Split('\n')[0];
        Assert.True(what.Split('|').Any(each => found.Contains(each, StringComparison.Ordinal)), $"{rule} was found as: {found}");
        output.WriteLine(violation);
    }
}
