using CsCheck;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Dispatch;

public sealed class DispatchPolicyTests
{
    private static readonly Gen<InstanceView> AnyView =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 300], Gen.Int[0, 40], Gen.Int[1, 300], Gen.Bool, (id, used, running, total, ready) =>
        {
            InstanceView view = TestInstances.View($"i{id}", used: used, running: running);
            InstanceState state = ready ? InstanceState.Ready : InstanceState.Draining;
            return view with { Status = view.Status with { KvBlocksTotal = total, State = state } };
        });

    private static readonly Gen<InstanceView[]> AnyViews =
        AnyView.Array[0, 10].Select(views => views.DistinctBy(view => view.Id).ToArray());

    [Fact]
    public void The_choice_does_not_depend_on_the_order_of_the_candidates() => Gen.Select(AnyViews, Gen.Int).Sample((views, seed) =>
    {
        InstanceView[] shuffled = [.. views];
        new Random(seed).Shuffle(shuffled);
        Assert.Equal(DispatchPolicy.Choose(views, _ => default, Item())?.Id, DispatchPolicy.Choose(shuffled, _ => default, Item())?.Id);
    });

    [Fact]
    public void The_chosen_one_is_ready_allowed_and_least_loaded() => Gen.Select(AnyViews, Gen.Int[0, 9]).Sample((views, excluded) =>
    {
        DispatchItem item = Item(exclude: $"i{excluded}");
        InstanceView[] allowed = [.. views.Where(view => view.IsReady && view.Id != $"i{excluded}")];
        InstanceView? chosen = DispatchPolicy.Choose(views, _ => default, item);
        Assert.Equal(allowed.Length == 0, chosen is null);
        if (chosen is not null)
        {
            Assert.Contains(chosen, allowed);
            Assert.All(allowed, other => Assert.True(Load(chosen) <= Load(other)));
        }

        static double Load(InstanceView view) => (double)view.Status.KvBlocksUsed / view.Status.KvBlocksTotal;
    });

    [Fact]
    public void Load_on_its_way_counts_like_load_that_arrived()
    {
        InstanceView idle = TestInstances.View("a");
        InstanceView busy = TestInstances.View("b", used: 10);
        Assert.Equal("a", DispatchPolicy.Choose([idle, busy], _ => default, Item())!.Id);
        Assert.Equal("b", DispatchPolicy.Choose([idle, busy], view => view.Id == "a" ? new LedgerLoad(1, 11) : default, Item())!.Id);
    }

    [Fact]
    public void Ties_go_to_the_one_with_fewer_sequences_then_to_the_smaller_id()
    {
        Assert.Equal("b", DispatchPolicy.Choose([TestInstances.View("a", running: 2), TestInstances.View("b", running: 1)], _ => default, Item())!.Id);
        Assert.Equal("a", DispatchPolicy.Choose([TestInstances.View("b"), TestInstances.View("a")], _ => default, Item())!.Id);
    }

    [Theory]
    [InlineData(1, 15, 1)]
    [InlineData(1, 16, 2)]
    [InlineData(100, null, 32)]
    [InlineData(500, 5000, 32)]
    [InlineData(0, 0, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 32)]
    public void Blocks_are_those_of_prompt_and_completion_within_the_context(int prompt, int? most, long blocks) =>
        Assert.Equal(blocks, DispatchPolicy.BlocksOf(new DispatchItem("r", "tiny", prompt, most, 0, []), TestInstances.View("a")));

    private static DispatchItem Item(params string[] exclude) => new("r", "tiny", 10, 10, 0, exclude);
}
