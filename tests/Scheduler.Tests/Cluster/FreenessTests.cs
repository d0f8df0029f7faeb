using CsCheck;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Cluster;

public sealed class FreenessTests
{
    private const int NoHeadroom = 0;

    [Fact]
    public void R1_what_runs_uses_what_it_holds() =>
        Assert.Equal((100 - 40) / 4.0, Freeness.ForMigration(Load(used: 40, running: 4), NoHeadroom));

    [Fact]
    public void R2_the_head_of_the_line_uses_all_that_it_needs_and_the_rest_nothing()
    {
        InstanceLoad one = Load(used: 40, running: 3) with { Waiting = 1, HeadBlocks = 80, BlocksWaiting = 80 };
        Assert.Equal((100 - 40 - 80) / 4.0, Freeness.ForMigration(one, NoHeadroom));
        Assert.Equal(
            Freeness.ForMigration(one, NoHeadroom), Freeness.ForMigration(one with { Waiting = 5, BlocksWaiting = 300 }, NoHeadroom));
    }

    [Fact]
    public void R3_headroom_is_charged_once_however_many_share_it()
    {
        // 320 tokens are 20 blocks: 80 of the 100 are kept for them.
        InstanceLoad one = Load(used: 10, running: 4) with { HighRunning = 1 };
        Assert.Equal((100 - 10 - 80) / 4.0, Freeness.ForMigration(one, 320));
        Assert.Equal(Freeness.ForMigration(one, 320), Freeness.ForMigration(one with { HighRunning = 4 }, 320));
        Assert.Equal(90 / 4.0, Freeness.ForMigration(one, NoHeadroom));
    }

    [Fact]
    public void R4_draining_uses_everything()
    {
        foreach (InstanceState state in (InstanceState[])[InstanceState.Draining, InstanceState.Empty])
        {
            InstanceLoad load = TestLoads.Idle("a") with { State = state };
            Assert.Equal(Freeness.Draining, Freeness.ForMigration(load, 320));
            Assert.Equal(Freeness.Draining, Freeness.ForDispatch(load, 320, high: false, demand: 1));
        }
    }

    [Fact]
    public void Idle_is_infinitely_free() => Assert.Equal(double.PositiveInfinity, Freeness.ForMigration(TestLoads.Idle("a"), 320));

    [Fact]
    public void Dispatch_counts_the_request_itself_the_whole_line_and_what_is_on_its_way() => Assert.Equal(
        (100 - 2 - 40 - 30 - 7 - 5) / (4.0 + 2 + 1 + 1),
        Freeness.ForDispatch(
            Load(used: 40, running: 4) with { WatermarkBlocks = 2, Waiting = 2, HeadBlocks = 10, BlocksWaiting = 30, SentRequests = 1, SentBlocks = 7 },
            NoHeadroom, high: false, demand: 5));

    [Fact]
    public void High_priority_gathers_and_ordinary_work_keeps_away()
    {
        InstanceLoad host = Load(used: 10, running: 2) with { HighRunning = 1 };
        InstanceLoad other = Load(used: 5, running: 1);
        Assert.True(For(host, high: true) > For(other, high: true));
        Assert.True(For(host, high: false) < For(other, high: false));

        // Up to the load that leaves the host fast.
        Assert.True(For(host with { BlocksUsed = 20 }, high: true) < For(other, high: true));

        static double For(InstanceLoad load, bool high) => Freeness.ForDispatch(load, 320, high, demand: 2);
    }

    [Fact]
    public void More_load_never_makes_freer() => Gen.Select(TestLoads.Any, Gen.Int[0, 50], Gen.Bool).Sample((load, more, high) =>
    {
        InstanceLoad fuller = load with { BlocksUsed = load.BlocksUsed + more };
        Assert.True(Freeness.ForMigration(fuller, 320) <= Freeness.ForMigration(load, 320));
        Assert.True(Freeness.ForDispatch(fuller, 320, high, 1) <= Freeness.ForDispatch(load, 320, high, 1));
    });

    [Fact]
    public void Of_all_together_a_draining_one_adds_its_load_and_an_empty_one_its_blocks()
    {
        InstanceLoad busy = Load(used: 40, running: 4);
        Assert.Equal(60 / 4.0, Freeness.OfAll([busy]));
        Assert.Equal((60 - 40) / 8.0, Freeness.OfAll([busy, busy with { Id = "b", State = InstanceState.Draining }]));
        Assert.Equal((60 + 200) / 4.0, Freeness.OfAll([busy], empty: 2));
        Assert.Equal((60 - 40) / 8.0, Freeness.OfAll([busy, busy with { Id = "b" }], without: "b"));
        Assert.Equal(double.PositiveInfinity, Freeness.OfAll([TestLoads.Idle("a")]));
    }

    [Fact]
    public void A_load_is_made_of_the_view_and_the_ledger()
    {
        InstanceView view = TestInstances.View("a", used: 7, running: 3);
        view = view with { Status = view.Status with { HeadBlocks = 4, PreemptedWaiting = 1, HighRunning = 2, Migrations = 1, WatermarkBlocks = 3, StepMs = 8.5 } };
        InstanceLoad load = InstanceLoad.Of(view, new LedgerLoad(2, 9, 1));
        Assert.Equal(("a", view.Registration.BootId, "tiny", 256, 7, 3), (load.Id, load.BootId, load.Model, load.BlocksTotal, load.BlocksUsed, load.WatermarkBlocks));
        Assert.Equal((3, 0, 1, 2, 1, 8.5), (load.Running, load.Waiting, load.PreemptedWaiting, load.HighRunning, load.Migrations, load.StepMs));
        Assert.Equal((5, 16L, 246), (load.Sequences, load.BlocksPromised, load.BlocksAvailable));
        Assert.Equal((2, 1, 9L, 4), (load.SentRequests, load.SentHigh, load.SentBlocks, load.HeadBlocks));
    }

    private static InstanceLoad Load(int used, int running) => TestLoads.Idle("a") with { BlocksUsed = used, Running = running };
}
