using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.Scheduler.Decisions;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Decisions;

[Collection(RedisCollection.Name)]
public sealed class DecisionLogTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_latest_decisions_are_in_Redis_with_what_it_takes_to_make_them_again(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RunningScheduler scheduler = await StartAsync(redis, ("Scheduler:Decisions:Capacity", "20"));
        for (int i = 0; i < 10; i++)
        {
            await scheduler.DispatchAsync([.. Enumerable.Range(0, 5).Select(j => new Contracts.Dispatch.DispatchItem($"r{i}-{j}", "tiny", 10, 20, 0, []))]);
        }

        Decision[] log = await UntilAsync(redis, "r9-4");
        Assert.Equal(20, log.Length);
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"r{9 - (i / 5)}-{4 - (i % 5)}"),
            log.Cast<DispatchDecided>().Select(decision => decision.Inputs.Question.Request));
        Assert.All(log, decision => Assert.True(DecisionReplay.IsReproduced(decision)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Without_Redis_decisions_are_dropped_and_counted(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using TcpRelay line = new(redis.Address);
        await using RunningScheduler scheduler = await StartAsync(redis, [], line.Address);
        await scheduler.DispatchAsync([new("before", "tiny", 10, 20, 0, [])]);
        await UntilAsync(redis, "before");
        line.Cut();
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        int dispatched = 0;
        while (!(await scheduler.Client.GetStringAsync("/metrics", deadline.Token)).Contains("godwit_decisions_dropped_total 1", StringComparison.Ordinal))
        {
            Assert.Equal("a", (await scheduler.DispatchAsync([new($"r{dispatched++}", "tiny", 10, 20, 0, [])])).Decisions[0].Instance);
            await Task.Delay(20, deadline.Token);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_request_is_explained_by_its_dispatch_and_its_trail(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RunningScheduler scheduler = await StartAsync(redis);
        const string Inside = "mine-0123456789abcdef";
        await scheduler.DispatchAsync([new(Inside, "tiny", 10, 20, 0, [])]);
        await UntilAsync(redis, Inside);
        JsonElement plain = await ExplainAsync(scheduler, "mine");
        Assert.Equal((Inside, "tiny"), (plain.GetProperty("request").GetString(), plain.GetProperty("model").GetString()));
        JsonElement dispatch = plain.GetProperty("dispatch");
        Assert.Equal(("a", "llumnix"), (dispatch.GetProperty("instance").GetString(), dispatch.GetProperty("policy").GetString()));
        Assert.Equal("a", dispatch.GetProperty("inputs").GetProperty("instances")[0].GetProperty("id").GetString());
        Assert.Equal((0, 0), (plain.GetProperty("moves").GetArrayLength(), plain.GetProperty("recoveries").GetArrayLength()));

        RequestTrail trail = new(
            Inside,
            "tiny",
            "c",
            3,
            Dispatch: null,
            [new RequestMove("a", "b", "balance", 2, 1.5, 4096)],
            [new RequestRecovery("b", "c", "connection lost", 3, 12, 7)]);
        await TrailAsync(redis, trail);
        JsonElement moved = await ExplainAsync(scheduler, Inside);
        Assert.Equal(
            """[{"from":"a","to":"b","reason":"balance","epoch":2,"downtime_ms":1.5,"bytes":4096}]""", moved.GetProperty("moves").GetRawText());
        Assert.Equal("c", moved.GetProperty("recoveries")[0].GetProperty("to").GetString());

        // Another Scheduler finds it in the log; where the Gateway chose by itself, its trail says how.
        await using RunningScheduler other = await RunningScheduler.StartAsync(redis.Address);
        Assert.Equal("a", (await ExplainAsync(other, Inside)).GetProperty("dispatch").GetProperty("instance").GetString());
        await TrailAsync(redis, trail with { Request = "own", Dispatch = "power-of-two" });
        JsonElement own = await ExplainAsync(other, "own");
        Assert.Equal("""{"instance":"a","policy":"power-of-two","inputs":null}""", own.GetProperty("dispatch").GetRawText());
        (int status, JsonElement none) = await other.CallAsync(HttpMethod.Get, "/explain/never");
        Assert.Equal((404, "request_not_found"), (status, none.GetProperty("error").GetProperty("code").GetString()));
    }

    private static Task TrailAsync(RedisServer redis, RequestTrail trail) => redis.Database.StringSetAsync(
        RedisKeys.Trail(RequestIdTail.PublicPartOf(trail.Request) ?? trail.Request),
        JsonSerializer.Serialize(trail, ContractsJson.Default.RequestTrail));

    private static Task<RunningScheduler> StartAsync(RedisServer redis, params (string Key, string? Value)[] settings) =>
        StartAsync(redis, settings, redis.Address);

    private static async Task<RunningScheduler> StartAsync(RedisServer redis, (string Key, string? Value)[] settings, string address)
    {
        InstanceRegistration a = TestInstances.Registration("a");
        await redis.BeatAsync(a, TestInstances.Status(a));
        RunningScheduler scheduler = await RunningScheduler.StartAsync(address, settings);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 1);
        return scheduler;
    }

    private static async Task<JsonElement> ExplainAsync(RunningScheduler scheduler, string id)
    {
        (int status, JsonElement body) = await scheduler.CallAsync(HttpMethod.Get, $"/explain/{id}");
        Assert.Equal(200, status);
        return body;
    }

    private static async Task<Decision[]> UntilAsync(RedisServer redis, string newest)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (true)
        {
            Decision[] log =
                [.. (await redis.Database.ListRangeAsync(RedisKeys.Decisions)).Select(line => DecisionReplay.Read(line.ToString()))];
            if (log.FirstOrDefault() is DispatchDecided first && first.Inputs.Question.Request == newest)
            {
                return log;
            }

            await Task.Delay(20, deadline.Token);
        }
    }
}
