using CsCheck;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;

namespace Godwit.Scheduler.Tests.Decisions;

public sealed class DecisionReplayTests
{
    [Fact]
    public void Any_decision_is_reproduced_from_its_line() =>
        Gen.Select(TestLoads.Cluster, Gen.ULong, Gen.Int[0, 4], Gen.Long[0, 50_000]).Sample((loads, draw, policy, now) =>
        {
            DispatchInputs dispatch = new(
                new DispatchQuestion("r", 33, (int)(draw % 3) - 1, ["i3"]), loads, [.. loads.Select((_, i) => i * 9)], (long)(draw >> 1), draw, new DispatchSettings());
            MigrationInputs migration = new(loads, [new StandingPair("i1", "i2")], new MigrationSettings());
            ScalingInputs scaling = new(loads, 1, now, new ScalingState(0, 0), new ScalingSettings());
            foreach (Decision decision in (Decision[])[
                new DispatchDecided(now, dispatch, DispatchPolicies.All[policy].Choose(dispatch)),
                new MigrationDecided(now, migration, MigrationPolicy.Plan(migration)),
                new ScalingDecided(now, scaling, ScalingPolicy.Plan(scaling))])
            {
                string line = DecisionReplay.Write(decision);
                Decision read = DecisionReplay.Read(line);
                Assert.Equal(line, DecisionReplay.Write(read));
                Assert.True(DecisionReplay.IsReproduced(read));
            }
        });

    [Fact]
    public void A_decision_that_the_policies_would_not_make_is_noticed()
    {
        InstanceLoad[] loads = [TestLoads.Idle("a"), TestLoads.Idle("b") with { BlocksUsed = 9, Running = 1 }];
        DispatchInputs inputs = new(new DispatchQuestion("r", 10, 0, []), loads, null, 0, 0, new DispatchSettings());
        DispatchPlan plan = DispatchPolicies.Find("llumnix")!.Choose(inputs);
        Assert.True(DecisionReplay.IsReproduced(new DispatchDecided(0, inputs, plan)));
        Assert.False(DecisionReplay.IsReproduced(new DispatchDecided(0, inputs, plan with { Instance = "b" })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"kind":"dance"}""")]
    public void What_is_no_decision_is_refused(string line) => Assert.Throws<InvalidDataException>(() => DecisionReplay.Read(line));

    [Fact]
    public void An_unknown_policy_is_refused()
    {
        DispatchInputs inputs = new(new DispatchQuestion("r", 10, 0, []), [], null, 0, 0, new DispatchSettings());
        Assert.Throws<InvalidDataException>(() => DecisionReplay.Again(new DispatchDecided(0, inputs, new DispatchPlan("dice", null, 0))));
    }
}
