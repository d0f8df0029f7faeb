using CsCheck;
using Godwit.Scheduler.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Dispatch;

public sealed class InFlightLedgerTests
{
    private const long Settle = 500;
    private const long Forget = 30_000;

    [Fact]
    public void An_entry_stays_until_a_heartbeat_that_can_contain_it()
    {
        InFlightLedger ledger = new(Settle, Forget);
        InstanceView a = TestInstances.View("a", observedAt: 900);
        ledger.Add(a, blocks: 4, now: 1000);
        ledger.Settle(Picture(a with { ObservedAt = 1499 }), now: 1600);
        Assert.Equal(new LedgerLoad(1, 4), ledger.Of(a));
        ledger.Settle(Picture(a with { ObservedAt = 1500 }), now: 1600);
        Assert.Equal(default, ledger.Of(a));
    }

    [Fact]
    public void A_new_life_owes_nothing_for_the_old_one()
    {
        InFlightLedger ledger = new(Settle, Forget);
        InstanceView old = TestInstances.View("a");
        InstanceView reborn = TestInstances.View("a");
        ledger.Add(old, 4, now: 0);
        Assert.Equal(default, ledger.Of(reborn));
        ledger.Settle(Picture(reborn), now: 1);
        Assert.Equal(default, ledger.Of(old));
    }

    [Fact]
    public void Without_heartbeats_entries_do_not_pile_up_for_ever()
    {
        InFlightLedger ledger = new(Settle, Forget);
        InstanceView a = TestInstances.View("a", observedAt: 0);
        ledger.Add(a, 4, now: 0);
        ledger.Add(a, 3, now: 10_000);
        ledger.Settle(Picture(a), now: Forget);
        Assert.Equal(new LedgerLoad(1, 3), ledger.Of(a));
    }

    [Fact]
    public void It_agrees_with_a_plain_list() => Gen.Select(Gen.Int[0, 2], Gen.Int[0, 400], Gen.Int[1, 9], Gen.Bool).Array[1, 60].Sample(operations =>
    {
        InFlightLedger ledger = new(Settle, Forget);
        InstanceView[] views = [.. Enumerable.Range(0, 3).Select(i => TestInstances.View($"i{i}"))];
        List<(int Instance, long At, long Blocks)> model = [];
        long now = 0;
        foreach ((int instance, int wait, int blocks, bool beats) in operations)
        {
            now += wait;
            if (beats)
            {
                views[instance] = views[instance] with { ObservedAt = now };
                ledger.Settle(Picture(views), now);
                model.RemoveAll(entry => views[entry.Instance].ObservedAt - entry.At >= Settle || now - entry.At >= Forget);
            }
            else
            {
                ledger.Add(views[instance], blocks, now);
                model.Add((instance, now, blocks));
            }

            for (int i = 0; i < views.Length; i++)
            {
                var owed = model.Where(entry => entry.Instance == i).ToArray();
                Assert.Equal(new LedgerLoad(owed.Length, owed.Sum(entry => entry.Blocks)), ledger.Of(views[i]));
            }
        }
    });

    private static Func<string, InstanceView?> Picture(params InstanceView[] views) =>
        new RegistrySnapshot(true, views, new Dictionary<string, KnownModel>()).Find;
}
