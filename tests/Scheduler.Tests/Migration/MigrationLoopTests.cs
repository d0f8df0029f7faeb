using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Migration;

[Collection(RedisCollection.Name)]
public sealed class MigrationLoopTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_full_instance_is_told_to_move_a_request_to_a_free_one(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker full = await RecordingWorker.StartAsync(redis, "full");
        await using RecordingWorker free = await RecordingWorker.StartAsync(redis, "free");
        await using RecordingWorker other = await RecordingWorker.StartAsync(redis, "other", r => r with { KvLayout = "bf16/16" });
        await using RunningScheduler scheduler = await RunningScheduler.StartLeaderAsync(redis.Address);
        await full.BeatAsync(Full);
        MigrationOrder order = await NextAsync(full);
        Assert.Equal(("balance", null, 4), (order.Reason, order.Request, order.Count));
        Assert.Equal(new MigrationPeer("free", free.Registration.BootId, free.Registration.Address), order.Destination);
        Assert.Equal(scheduler.Leadership.Epoch, order.LeaderEpoch);

        // Once, until a heartbeat could show what came of it: many rounds pass meanwhile.
        await Task.Delay(1500);
        Assert.Empty(full.Migrations);
        await full.BeatAsync(Full);
        await free.BeatAsync();
        MigrationOrder again = await NextAsync(full);
        Assert.NotEqual(order.Order, again.Order);
        Assert.Empty(free.Migrations);
        Assert.Empty(other.Migrations);

        string[] log = [.. (await redis.Database.ListRangeAsync(RedisKeys.Decisions)).Select(line => line.ToString())];
        Assert.Contains(log, line => line.StartsWith("""{"kind":"migration",""", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("numerics")]
    [InlineData("layout")]
    [InlineData("inexact")]
    public async Task Nothing_moves_to_where_it_would_not_go_on_exactly(string difference)
    {
        await using RedisServer redis = await servers.OpenAsync();
        InstanceRegistration Change(InstanceRegistration r) => difference switch
        {
            "weights" => r with { WeightsDigest = new string('b', 64) },
            "numerics" => r with { NumericsId = "cpu-bf16-t16" },
            "layout" => r with { KvLayout = "bf16/16" },
            _ => r with { IsExact = false },
        };
        await using RecordingWorker full = await RecordingWorker.StartAsync(redis, "full", difference == "inexact" ? Change : null);
        await using RecordingWorker free = await RecordingWorker.StartAsync(redis, "free", Change);
        await using RecordingWorker twin = await RecordingWorker.StartAsync(redis, "twin", r => r with { Model = "twin" });
        await using RecordingWorker free2 = await RecordingWorker.StartAsync(redis, "free2", r => r with { Model = "twin" });
        await using RunningScheduler scheduler = await RunningScheduler.StartLeaderAsync(redis.Address);
        await full.BeatAsync(Full);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Find("full")!.Status.SequencesRunning > 0);

        // A pair that may is ordered later in the same rounds: by then the loop has looked at both.
        await twin.BeatAsync(Full);
        await NextAsync(twin);
        Assert.Empty(full.Migrations);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_draining_instance_is_emptied_also_while_balancing_is_off(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker draining = await RecordingWorker.StartAsync(redis, "draining");
        await using RecordingWorker one = await RecordingWorker.StartAsync(redis, "one");
        await using RecordingWorker two = await RecordingWorker.StartAsync(redis, "two");
        await using RunningScheduler scheduler =
            await RunningScheduler.StartLeaderAsync(redis.Address, ("Scheduler:Migration:Enabled", "false"));
        await one.BeatAsync(status => status with { KvBlocksUsed = 10, SequencesRunning = 1 });
        await draining.BeatAsync(
            status => status with { State = InstanceState.Draining, KvBlocksUsed = 20, SequencesRunning = 5 });
        MigrationOrder order = await NextAsync(draining);

        // Half of the five to the freer of the two others.
        Assert.Equal(("drain", "two", 3), (order.Reason, order.Destination.Id, order.Count));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_operator_moves_one_request(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker source = await RecordingWorker.StartAsync(redis, "source");
        await using RecordingWorker destination = await RecordingWorker.StartAsync(redis, "destination");
        await using RecordingWorker unlike = await RecordingWorker.StartAsync(redis, "unlike", r => r with { NumericsId = "other" });
        await using RecordingWorker draining = await RecordingWorker.StartAsync(redis, "draining");
        await draining.BeatAsync(status => status with { State = InstanceState.Draining });
        await using RunningScheduler scheduler = await RunningScheduler.StartLeaderAsync(redis.Address);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Find("draining")?.IsReady == false);
        await redis.Database.StringSetAsync(
            RedisKeys.Trail("r1"),
            JsonSerializer.Serialize(new RequestTrail("r1-0123456789abcdef", "tiny", "source", 3, null, [], []), ContractsJson.Default.RequestTrail));

        (int status, JsonElement answer) =
            await scheduler.CallAsync(HttpMethod.Post, "/requests/r1/migrate", """{"destination":"destination"}""");
        Assert.Equal(202, status);
        MigrationOrder order = await NextAsync(source);
        Assert.Equal(
            (answer.GetProperty("order").GetString(), "operator", "r1-0123456789abcdef", "destination", 1, scheduler.Leadership.Epoch),
            (order.Order, order.Reason, order.Request, order.Destination.Id, order.Count, (long?)order.LeaderEpoch));

        await RefusesAsync("r2", "destination", 404, "request_not_found");
        await RefusesAsync("r1", "nobody", 404, "instance_not_found");
        await RefusesAsync("r1", "source", 409, "destination_unfit");
        await RefusesAsync("r1", "unlike", 409, "destination_unfit");
        await RefusesAsync("r1", "draining", 409, "destination_unfit");
        source.Refusal = (404, """{"error":{"message":"gone","type":"invalid_request_error","param":null,"code":"request_not_found"}}""");
        await RefusesAsync("r1", "destination", 404, "request_not_found");

        async Task RefusesAsync(string request, string to, int expected, string code)
        {
            (int got, JsonElement body) =
                await scheduler.CallAsync(HttpMethod.Post, $"/requests/{request}/migrate", $$"""{"destination":"{{to}}"}""");
            Assert.Equal((expected, code), (got, body.GetProperty("error").GetProperty("code").GetString()));
        }
    }

    private static InstanceStatus Full(InstanceStatus status) =>
        status with { KvBlocksUsed = TestInstances.KvBlocks - 2, SequencesRunning = 8 };

    private static async Task<MigrationOrder> NextAsync(RecordingWorker worker)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        MigrationOrder? order;
        while (!worker.Migrations.TryDequeue(out order))
        {
            await Task.Delay(10, deadline.Token);
        }

        return order;
    }
}
