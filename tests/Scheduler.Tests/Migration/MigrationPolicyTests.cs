using CsCheck;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Migration;

namespace Godwit.Scheduler.Tests.Migration;

public sealed class MigrationPolicyTests
{
    private static readonly MigrationSettings s_settings = new(OutBelow: 3, InAbove: 6, Hysteresis: 1, PerOrder: 2);

    [Fact]
    public void The_one_short_of_blocks_moves_to_the_freest()
    {
        MigrationPlan plan = Plan([Busy("full", used: 98, running: 10), Busy("some", used: 50), Busy("freest", used: 10)]);
        MigrationPair pair = Assert.Single(plan.Pairs);
        Assert.Equal(("full", "freest", MigrationPolicy.Balance, 2), (pair.Source, pair.Destination, pair.Reason, pair.Count));
        Assert.Equal((0.2, 18.0, 90), (pair.SourceFreeness, pair.DestinationFreeness, pair.MaxBlocks));
        Assert.Equal([new StandingPair("full", "freest")], plan.Standing);
    }

    [Fact]
    public void Sources_by_rising_and_destinations_by_falling_freeness() => Assert.Equal(
        ["b>d", "a>c"],
        Plan([Busy("a", used: 90), Busy("b", used: 95), Busy("c", used: 40), Busy("d", used: 30)]).Pairs.Select(Name));

    [Fact]
    public void Between_the_thresholds_nothing_moves() =>
        Assert.Empty(Plan([Busy("a", used: 80), Busy("b", used: 80), Busy("c", used: 5)]).Pairs);

    [Fact]
    public void Preempted_requests_make_a_source_and_never_a_destination()
    {
        InstanceLoad preempted = Busy("a", used: 40) with { Waiting = 1, PreemptedWaiting = 1, HeadBlocks = 1 };
        Assert.Equal(["a>b"], Plan([preempted, Busy("b", used: 30)]).Pairs.Select(Name));
        Assert.Empty(Plan([preempted, Busy("b", used: 99) with { Waiting = 0 }]).Pairs);
    }

    [Fact]
    public void A_standing_pair_stays_until_a_threshold_is_well_behind()
    {
        StandingPair[] standing = [new("a", "b")];
        Assert.Equal(["a>b"], Plan([Busy("a", used: 81), Busy("b", used: 71), Busy("c", used: 1)], standing).Pairs.Select(Name));
        Assert.Empty(Plan([Busy("a", used: 79), Busy("b", used: 71), Busy("c", used: 1)], standing).Pairs);
        Assert.Equal(["a>c"], Plan([Busy("a", used: 90), Busy("b", used: 76), Busy("c", used: 1)], standing).Pairs.Select(Name));
    }

    [Fact]
    public void Who_is_busy_moving_keeps_its_partner_and_gets_no_order()
    {
        MigrationPlan plan = Plan([Busy("a", used: 95) with { Migrations = 1 }, Busy("b", used: 10)]);
        Assert.Empty(plan.Pairs);
        Assert.Equal([new StandingPair("a", "b")], plan.Standing);
    }

    [Fact]
    public void Draining_moves_everything_even_when_balancing_is_off_and_even_to_those_below_the_threshold()
    {
        InstanceLoad draining = Busy("a", used: 10) with { State = InstanceState.Draining };
        MigrationPlan plan = Plan([draining, Busy("b", used: 80)], settings: s_settings with { Enabled = false });
        MigrationPair pair = Assert.Single(plan.Pairs);
        Assert.Equal(("a", "b", MigrationPolicy.Drain, 5, 20), (pair.Source, pair.Destination, pair.Reason, pair.Count, pair.MaxBlocks));
        Assert.Empty(Plan([Busy("a", used: 99), Busy("b", used: 1)], settings: s_settings with { Enabled = false }).Pairs);
    }

    [Fact]
    public void Requests_move_only_between_equals()
    {
        InstanceLoad source = Busy("a", used: 95);
        Assert.Empty(Plan([source, Busy("b", used: 1) with { Model = "other" }, Busy("c", used: 1) with { Likeness = "bf16" }]).Pairs);
        Assert.Empty(Plan([source, Busy("b", used: 1) with { Suspect = true }]).Pairs);
        Assert.Equal(["a>c"], Plan([source, Busy("b", used: 1) with { Model = "other" }, Busy("c", used: 20)]).Pairs.Select(Name));
    }

    [Fact]
    public void When_all_are_blocked_room_is_made_for_one_head_with_what_the_others_cannot_use()
    {
        // Nobody is free; the head of b lacks least, and a, whose head is furthest from fitting, has the most to give.
        InstanceLoad a = Busy("a", used: 60) with { Waiting = 1, HeadBlocks = 90, BlocksWaiting = 90 };
        InstanceLoad b = Busy("b", used: 80) with { Waiting = 1, HeadBlocks = 30, BlocksWaiting = 30 };
        InstanceLoad c = Busy("c", used: 90) with { Waiting = 1, HeadBlocks = 60, BlocksWaiting = 60 };
        MigrationPlan plan = Plan([a, b, c]);
        MigrationPair pair = Assert.Single(plan.Pairs);
        Assert.Equal(("b", "a", 40), (pair.Source, pair.Destination, pair.MaxBlocks));
        Assert.Empty(plan.Standing);
    }

    [Fact]
    public void Plans_are_sound() => Gen.Select(TestLoads.Cluster, Gen.Int, Gen.Bool).Sample((loads, seed, enabled) =>
    {
        InstanceLoad[] shuffled = [.. loads];
        new Random(seed).Shuffle(shuffled);
        MigrationSettings settings = s_settings with { Enabled = enabled };
        MigrationPlan plan = Plan(loads, settings: settings);
        MigrationPlan again = Plan(shuffled, plan.Standing, settings);
        Assert.Equal(plan.Pairs, Plan(shuffled, settings: settings).Pairs);

        // With nothing changed, what was decided stands.
        Assert.Equal(plan.Standing.ToHashSet(), again.Standing.ToHashSet());
        string[] taken = [.. plan.Pairs.SelectMany(pair => (string[])[pair.Source, pair.Destination])];
        Assert.Equal(taken.Length, taken.Distinct().Count());
        Assert.All(plan.Pairs, pair =>
        {
            InstanceLoad source = loads.Single(load => load.Id == pair.Source), destination = loads.Single(load => load.Id == pair.Destination);
            Assert.True(destination.IsReady && !destination.Suspect && source.Migrations == 0 && destination.Migrations == 0);
            Assert.InRange(pair.Count, 1, source.Running);
            Assert.InRange(pair.MaxBlocks, 1, destination.BlocksAvailable);
            Assert.True(enabled || pair.Reason == MigrationPolicy.Drain);
        });
    });

    private static string Name(MigrationPair pair) => $"{pair.Source}>{pair.Destination}";

    private static InstanceLoad Busy(string id, int used, int running = 5) =>
        TestLoads.Idle(id) with { BlocksUsed = used, Running = running };

    private static MigrationPlan Plan(
        IReadOnlyList<InstanceLoad> loads, IReadOnlyList<StandingPair>? standing = null, MigrationSettings? settings = null) =>
        MigrationPolicy.Plan(new MigrationInputs(loads, standing ?? [], settings ?? s_settings));
}
