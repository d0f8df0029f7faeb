using CsCheck;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Scaling;

namespace Godwit.Scheduler.Tests.Scaling;

public sealed class ScalingPolicyTests
{
    private static readonly ScalingSettings s_settings = new(Low: 10, High: 40, Least: 1, Most: 8, BelowForMs: 1000, AboveForMs: 2000);

    [Fact]
    public void Too_low_for_a_while_adds_as_many_as_bring_it_back()
    {
        // 30 requests and 10 blocks left: two more instances of 100 give 7, three 10.3.
        InstanceLoad[] loads = [Busy("a", used: 90, running: 30)];
        ScalingPlan first = Plan(loads, now: 5000);
        Assert.Equal((0, 5000L), (first.Add, first.State.BelowSinceMs));
        Assert.Equal(0, Plan(loads, now: 5999, first.State).Add);
        Assert.Equal(3, Plan(loads, now: 6000, first.State).Add);
        Assert.Equal(1, Plan(loads, now: 6000, first.State, starting: 2).Add);
        Assert.Equal(0, Plan(loads, now: 6000, first.State, starting: 3).Add);
    }

    [Fact]
    public void A_dip_is_forgotten_when_it_is_over()
    {
        ScalingState state = Plan([Busy("a", used: 90, running: 30)], now: 0).State;
        Assert.Equal(new ScalingState(), Plan([Busy("a", used: 50, running: 2)], now: 500, state).State);
    }

    [Fact]
    public void Never_more_than_the_most_and_at_once_as_many_as_the_least()
    {
        InstanceLoad[] loads = [Busy("a", used: 100, running: 1000)];
        Assert.Equal(7, Plan(loads, now: 1000, new ScalingState(BelowSinceMs: 0)).Add);
        Assert.Equal(3, Plan([], now: 0, settings: s_settings with { Least = 3 }).Add);
    }

    [Fact]
    public void Too_high_without_it_for_a_while_drains_the_one_with_fewest_requests()
    {
        InstanceLoad[] loads = [Busy("a", used: 1, running: 2), Busy("b", used: 1, running: 1), Busy("c", used: 1, running: 1)];
        ScalingPlan first = Plan(loads, now: 0);
        Assert.Equal((null, 0L), (first.Drain, first.State.AboveSinceMs));
        Assert.Equal("c", Plan(loads, now: 2000, first.State).Drain);

        // One at a time, and none while another is on its way.
        InstanceLoad[] draining = [.. loads, Busy("d", used: 1, running: 1) with { State = InstanceState.Draining }];
        Assert.Null(Plan(draining, now: 2000, first.State).Drain);
        Assert.Null(Plan(loads, now: 2000, first.State, starting: 1).Drain);
    }

    [Fact]
    public void The_last_one_stays() => Assert.Null(Plan([TestLoads.Idle("a")], now: 9000, new ScalingState(AboveSinceMs: 0)).Drain);

    [Fact]
    public void A_need_to_grow_calls_back_what_drains_first()
    {
        InstanceLoad[] loads = [Busy("a", used: 90, running: 30), TestLoads.Idle("d") with { State = InstanceState.Draining }];
        ScalingPlan plan = Plan(loads, now: 1000, new ScalingState(BelowSinceMs: 0));
        Assert.Equal(["d"], plan.Undrain);
        Assert.Equal(2, plan.Add);
    }

    [Fact]
    public void Plans_are_sound() => Gen.Select(TestLoads.Cluster, Gen.Int[0, 3], Gen.Long[0, 5000]).Sample((loads, starting, now) =>
    {
        ScalingPlan plan = Plan(loads, now, new ScalingState(BelowSinceMs: 0, AboveSinceMs: 0), starting);
        int ready = loads.Count(load => load.IsReady);
        Assert.True(plan.Add >= 0 && (plan.Add == 0 || ready + starting + plan.Add <= s_settings.Most));
        Assert.True(plan.Drain is null || (plan.Add == 0 && ready > s_settings.Least && loads.Single(load => load.Id == plan.Drain).IsReady));
        Assert.All(plan.Undrain, id => Assert.Equal(InstanceState.Draining, loads.Single(load => load.Id == id).State));
    });

    private static InstanceLoad Busy(string id, int used, int running) => TestLoads.Idle(id) with { BlocksUsed = used, Running = running };

    private static ScalingPlan Plan(
        IReadOnlyList<InstanceLoad> loads, long now, ScalingState? state = null, int starting = 0, ScalingSettings? settings = null) =>
        ScalingPolicy.Plan(new ScalingInputs(loads, starting, now, state ?? new ScalingState(), settings ?? s_settings));
}
