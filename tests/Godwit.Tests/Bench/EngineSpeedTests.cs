using System.Diagnostics;
using Godwit.CommandLine.Bench;

namespace Godwit.CommandLine.Tests.Bench;

public sealed class EngineSpeedTests
{
    [Fact]
    public void Of_PromptsInTwoSteps_SplitsAtTheLastFirstToken()
    {
        // Two prompts of 30 tokens, 40 rows a step: the first stream decodes while the second one's prompt is finished.
        LoggedStep[] steps = [Step(1.0, 40, 1, 40), Step(2.0, 20, 2, 61), Step(2.5, 0, 2, 63), Step(3.0, 0, 1, 32)];
        EngineSpeed speed = EngineSpeed.Of(At(0), steps);
        Assert.Equal(30, speed.PrefillTokensPerSecond, 1e-6);
        Assert.Equal(3, speed.DecodeTokensPerSecond, 1e-6);
        Assert.Equal(2, speed.StepsPerSecond, 1e-6);
        Assert.Equal(47.5, speed.ContextPerStep, 1e-6);
    }

    [Fact]
    public void PerSecond_CountsWeightsOnceAStep_AndKeysAndValuesOfEachRow() =>
        Assert.Equal(10 * (1000 + (7 * 3)), new StepBytes(1000, 3).PerSecond(new EngineSpeed(1, 1, StepsPerSecond: 10, ContextPerStep: 7)));

    [Fact]
    public void Of_Rounds_GivesMedians()
    {
        EngineSpeed[] rounds = [new(1, 30, 10, 0), new(2, 20, 20, 0), new(9, 10, 30, 0)];
        EngineBenchRun run = EngineBenchRun.Of(4, rounds, null, new StepBytes(5, 1), bandwidth: 200);
        Assert.Equal(new EngineBenchRun(4, 2, 20, 0.5, null), run);
        Assert.Equal(1.5, EngineBenchRun.Of(4, rounds[..2], null, new StepBytes(5, 1), 200).PrefillTokensPerSecond);
    }

    [Fact]
    public void Of_RoundsWithOneStream_GivesTheMedianOfTheRoundsRatios()
    {
        // Ratios of the rounds: 3, 2, 10; of the medians 20 over 10.
        EngineSpeed[] four = [Decode(30), Decode(20), Decode(10)], one = [Decode(10), Decode(10), Decode(1)];
        Assert.Equal(3, EngineBenchRun.Of(4, four, one, new StepBytes(5, 1), bandwidth: 200).TimesOneStream);

        static EngineSpeed Decode(double tokensPerSecond) => new(1, tokensPerSecond, 1, 0);
    }

    private static LoggedStep Step(double seconds, int promptRows, int sampled, long context) =>
        new(At(seconds), promptRows, sampled, context);

    private static long At(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
