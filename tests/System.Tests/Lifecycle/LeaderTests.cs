using System.Net;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

[Collection(SharedGodwit.Collection)]
public sealed class LeaderTests
{
    private const string Epoch = "godwit_scheduler_leader_epoch";

    [Fact]
    public async Task FrozenLeader_IsFollowedByTheStandby_AndDoesNotLeadWhenItWakesUp()
    {
        await using RunningGodwit redis = RunningGodwit.Start("serve", "redis", "--port", "0");
        string address = (await redis.LineWithAsync("is ready at")).Split(' ')[^1];
        string[] scheduler = ["serve", "scheduler", "--port", "0", "--redis", address];
        await using RunningGodwit first = RunningGodwit.Start(scheduler);
        using ApiCalls one = new(await AddressAsync(first));
        double epoch = await LeadsAsync(one);
        await using RunningGodwit second = RunningGodwit.Start(scheduler);
        using ApiCalls two = new(await AddressAsync(second));
        Assert.Equal(0, await two.GaugeAsync(Epoch));

        first.Signal("STOP");
        double next = await LeadsAsync(two);
        Assert.True(next > epoch, $"{next} after {epoch}");

        // Its term is over by its own clock, before it has heard of the other.
        first.Signal("CONT");
        using HttpResponseMessage late = await one.PostAsync("/instances/a/drain", "");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_leader"), (late.StatusCode, (await ApiCalls.ErrorAsync(late)).Code));
        second.Signal("KILL");
        Assert.True(await LeadsAsync(one) > next);
    }

    private static async Task<Uri> AddressAsync(RunningGodwit scheduler) =>
        new((await scheduler.LineWithAsync("is ready at")).Split(' ')[^1]);

    private static async Task<double> LeadsAsync(ApiCalls scheduler)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            double epoch = await scheduler.GaugeAsync(Epoch);
            if (epoch > 0)
            {
                return epoch;
            }

            await Task.Delay(20, deadline.Token);
        }
    }
}
