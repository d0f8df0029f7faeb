using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Scheduling;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Leadership;

[Collection(RedisCollection.Name)]
public sealed class LeadershipTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Of_three_exactly_one_leads(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        RunningScheduler[] schedulers =
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunningScheduler.StartAsync(redis.Address)));
        try
        {
            await UntilAsync(() => schedulers.All(scheduler => scheduler.Leadership.Leader is not null));

            // Over several renewals: never two, and all know the one.
            for (int i = 0; i < 60; i++)
            {
                long[] epochs = [.. schedulers.Select(scheduler => scheduler.Leadership.Epoch).OfType<long>()];
                Assert.Single(epochs);
                Assert.All(schedulers, scheduler => Assert.Equal(epochs[0], scheduler.Leadership.Leader!.Epoch));
                await Task.Delay(50);
            }

            RunningScheduler leader = schedulers.Single(scheduler => scheduler.Leadership.Epoch is not null);
            Assert.Equal(leader.Client.BaseAddress, new Uri(leader.Leadership.Leader!.Address));
            Assert.Contains(
                $"godwit_scheduler_leader_epoch {leader.Leadership.Epoch}", await leader.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        }
        finally
        {
            foreach (RunningScheduler scheduler in schedulers)
            {
                await scheduler.DisposeAsync();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_standby_takes_over_from_one_that_stopped(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        RunningScheduler first = await RunningScheduler.StartLeaderAsync(redis.Address);
        await using RunningScheduler standby = await RunningScheduler.StartAsync(redis.Address);
        long epoch = first.Leadership.Epoch!.Value;
        await first.DisposeAsync();
        Assert.True(await standby.LeadsAsync() > epoch);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task One_that_cannot_renew_has_stopped_leading_when_the_next_begins(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using TcpRelay line = new(redis.Address);
        await using RunningScheduler first = await RunningScheduler.StartLeaderAsync(line.Address);
        await using RunningScheduler standby = await RunningScheduler.StartAsync(redis.Address);
        long epoch = first.Leadership.Epoch!.Value;
        line.Cut();
        long next = await standby.LeadsAsync();
        Assert.Null(first.Leadership.Epoch);
        Assert.True(next > epoch);

        line.Mend();
        await UntilAsync(() => first.Leadership.Leader?.Epoch == next);
        Assert.Null(first.Leadership.Epoch);
        Assert.Equal(next, standby.Leadership.Epoch);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_strange_lease_is_neither_taken_nor_overwritten(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RunningScheduler scheduler = await RunningScheduler.StartLeaderAsync(redis.Address);
        SchedulerLease strange = new("somebody", 1_000, "http://127.0.0.1:1");
        await redis.Database.StringSetAsync(RedisKeys.SchedulerLease, Json(strange), TimeSpan.FromMinutes(1));
        await UntilAsync(() => scheduler.Leadership.Leader == strange);
        Assert.Null(scheduler.Leadership.Epoch);
        Assert.Equal(Json(strange), (await redis.Database.StringGetAsync(RedisKeys.SchedulerLease)).ToString());

        await redis.Database.KeyDeleteAsync(RedisKeys.SchedulerLease);
        Assert.True(await scheduler.LeadsAsync() > strange.Epoch);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_epoch_is_above_what_any_instance_has_seen(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker worker = await RecordingWorker.StartAsync(redis, "a");
        await worker.BeatAsync(status => status with { LeaderEpoch = 41 });
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        Assert.True(await scheduler.LeadsAsync() > 41);

        // Somebody led meanwhile under a higher one, and only the instance remembers.
        await worker.BeatAsync(status => status with { LeaderEpoch = 500 });
        await UntilAsync(() => scheduler.Leadership.Epoch > 500);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_wiped_Redis_cannot_turn_the_epoch_back(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker worker = await RecordingWorker.StartAsync(redis, "a");
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        long epoch = await scheduler.LeadsAsync();
        for (int i = 0; i < 3; i++)
        {
            await redis.FlushAsync();
            await UntilAsync(() => scheduler.Leadership.Epoch > epoch);
            epoch = scheduler.Leadership.Epoch!.Value;
        }

        // Also for one that knows nothing but what the instance says.
        await scheduler.DisposeAsync();
        await redis.FlushAsync();
        await worker.BeatAsync(status => status with { LeaderEpoch = epoch });
        await using RunningScheduler fresh = await RunningScheduler.StartAsync(redis.Address);
        await UntilAsync(() => fresh.Leadership.Epoch > epoch);
    }

    private static string Json(SchedulerLease lease) => JsonSerializer.Serialize(lease, ContractsJson.Default.SchedulerLease);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (!condition())
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
