using CsCheck;
using Godwit.Gateway.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Dispatch;

public sealed class PowerOfTwoPolicyTests
{
    [Fact]
    public void The_chosen_one_is_allowed_and_never_the_only_worst() => Gen.Select(Gen.Int[0, 20].Array[0, 8], Gen.Int[0, 9], Gen.Int).Sample(
        (loads, excluded, seed) =>
        {
            InstanceView[] views = [.. loads.Select((load, i) => TestInstances.View($"i{i}", running: load))];
            InstanceView[] allowed = [.. views.Where(view => view.Id != $"i{excluded}")];
            InstanceView? chosen = PowerOfTwoPolicy.Choose(views, [$"i{excluded}"], _ => 0, new Random(seed));
            Assert.Equal(allowed.Length == 0, chosen is null);
            if (chosen is not null)
            {
                Assert.Contains(chosen, allowed);
                Assert.True(allowed.Length == 1 || allowed.Any(o => o != chosen && o.Status.SequencesRunning >= chosen.Status.SequencesRunning));
            }
        });

    [Fact]
    public void Our_own_requests_count_before_the_heartbeat_knows_them()
    {
        InstanceView[] views = [TestInstances.View("a"), TestInstances.View("b", running: 2)];
        Assert.Equal("a", PowerOfTwoPolicy.Choose(views, [], _ => 0, new Random(1))!.Id);
        Assert.Equal("b", PowerOfTwoPolicy.Choose(views, [], id => id == "a" ? 3 : 0, new Random(1))!.Id);
    }

    [Fact]
    public void Every_instance_gets_its_share_when_all_are_equal()
    {
        InstanceView[] views = [.. Enumerable.Range(0, 4).Select(i => TestInstances.View($"i{i}"))];
        InFlightCounts counts = new();
        Random random = new(5);
        for (int i = 0; i < 400; i++)
        {
            counts.Enter(PowerOfTwoPolicy.Choose(views, [], counts.Of, random)!.Id);
        }

        Assert.All(views, view => Assert.InRange(counts.Of(view.Id), 95, 105));
    }

    [Fact]
    public void A_count_falls_when_its_request_ends_and_only_once()
    {
        InFlightCounts counts = new();
        IDisposable first = counts.Enter("a");
        IDisposable second = counts.Enter("a");
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, counts.Of("a"));
        second.Dispose();
        Assert.Equal(0, counts.Of("a"));
    }
}
