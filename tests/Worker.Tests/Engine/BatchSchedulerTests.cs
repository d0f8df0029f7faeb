using CsCheck;
using Godwit.Worker.Engine;
using State = Godwit.Worker.Engine.BatchScheduler.SequenceState;

namespace Godwit.Worker.Tests.Engine;

public sealed class BatchSchedulerTests
{
    private static readonly EngineOptions s_options = new() { MaxSequences = 4, MaxTokensPerStep = 32, PrefillChunkTokens = 16 };

    [Fact]
    public void Plan_DecodesComeFirst_PrefillGetsTheRest()
    {
        BatchScheduler.Schedule schedule = BatchScheduler.Plan(
            [new(100, 0, 9), new(50, 49, 9), new(20, 19, 9)], [], 0, s_options);
        Assert.Equal([16, 1, 1], schedule.Tokens);
    }

    [Fact]
    public void Plan_AllReadyRequestsJoinInTheSameStep()
    {
        BatchScheduler.Schedule schedule = BatchScheduler.Plan([], [new(5, 0, 1), new(6, 0, 1), new(7, 0, 1)], 3, s_options);
        Assert.Equal(3, schedule.Admitted);
        Assert.Equal([5, 6, 7], schedule.Tokens);
    }

    [Fact]
    public void Plan_HeadDoesNotFit_NobodyOvertakesIt()
    {
        BatchScheduler.Schedule schedule = BatchScheduler.Plan([], [new(100, 0, 8), new(5, 0, 1)], 7, s_options);
        Assert.Equal(0, schedule.Admitted);
    }

    [Fact]
    public void Plan_PromptsThatAreScored_ShareTheRowsOfLogitsThatOneEachLeavesOver()
    {
        State scored = new(100, 0, 9, ScoresPrompt: true);
        Assert.Equal([4], BatchScheduler.Plan([scored], [], 0, s_options).Tokens);
        Assert.Equal([3, 1], BatchScheduler.Plan([scored, new(20, 19, 9)], [], 0, s_options).Tokens);
        Assert.Equal([1, 1, 1, 1], BatchScheduler.Plan([scored, scored, scored, scored], [], 0, s_options).Tokens);
        Assert.Equal([2, 1, 16], BatchScheduler.Plan([scored, scored, new(100, 0, 9)], [], 0, s_options).Tokens);
    }

    [Fact]
    public void Plan_AtMostMaxSequences()
    {
        State one = new(5, 0, 1);
        Assert.Equal(3, BatchScheduler.Plan([one], [one, one, one, one], 99, s_options).Admitted);
    }

    [Fact]
    public void RandomWorkloads_EverySequenceFinishes_WithinBudgetAndBlocks() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 20]).Array[1, 40].Sample(requests =>
        {
            const int Blocks = 12;
            var waiting = new List<State>();
            var left = new List<int>();
            foreach ((int prompt, int output) in requests)
            {
                waiting.Add(new State(prompt, 0, (prompt + output + 15) / 16));
                left.Add(output);
            }

            var running = new List<State>();
            var runningLeft = new List<int>();
            // Each step computes at least one token of somebody, so the sum of all tokens bounds the steps.
            int steps = requests.Sum(r => r.Item1 + r.Item2) + 1;
            while (running.Count + waiting.Count > 0)
            {
                Assert.True(steps-- > 0, "no progress");
                int free = Blocks - running.Sum(r => r.BlocksNeeded);
                BatchScheduler.Schedule schedule = BatchScheduler.Plan(running, waiting, free, s_options);
                running.AddRange(waiting.Take(schedule.Admitted));
                runningLeft.AddRange(left.Take(schedule.Admitted));
                waiting.RemoveRange(0, schedule.Admitted);
                left.RemoveRange(0, schedule.Admitted);

                Assert.Equal(running.Count, schedule.Tokens.Length);
                Assert.InRange(schedule.Tokens.Sum(), 1, s_options.MaxTokensPerStep);
                Assert.InRange(running.Sum(r => r.BlocksNeeded), 1, Blocks);
                Assert.InRange(running.Count, 1, s_options.MaxSequences);
                for (int i = running.Count - 1; i >= 0; i--)
                {
                    State s = running[i];
                    Assert.InRange(schedule.Tokens[i], 0, Math.Min(s.Known - s.Computed, s_options.PrefillChunkTokens));
                    int computed = s.Computed + schedule.Tokens[i];
                    bool sampled = computed == s.Known && schedule.Tokens[i] > 0;
                    running[i] = s with { Computed = computed, Known = s.Known + (sampled ? 1 : 0) };
                    runningLeft[i] -= sampled ? 1 : 0;
                    if (runningLeft[i] == 0)
                    {
                        running.RemoveAt(i);
                        runningLeft.RemoveAt(i);
                    }
                }
            }
        });
}
