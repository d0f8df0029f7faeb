using System.Net;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Scheduling;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Tests.Cluster;

[Collection(RedisCollection.Name)]
public sealed class ClusterEndpointsTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Instances_are_listed_with_their_load(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        InstanceRegistration idle = TestInstances.Registration("a"), busy = TestInstances.Registration("b");
        InstanceRegistration draining = TestInstances.Registration("c"), empty = TestInstances.Registration("d");
        await redis.BeatAsync(idle, TestInstances.Status(idle));
        await redis.BeatAsync(busy, TestInstances.Status(busy, used: 56, running: 4) with { SequencesWaiting = 1, HeadBlocks = 20 });
        await redis.BeatAsync(draining, TestInstances.Status(draining) with { State = InstanceState.Draining });
        await redis.BeatAsync(empty, TestInstances.Status(empty) with { State = InstanceState.Empty });
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 4);
        JsonElement data = JsonDocument.Parse(await scheduler.Client.GetStringAsync("/instances")).RootElement.GetProperty("data");
        Assert.Equal(
            """{"id":"a","model":"tiny","address":"http://127.0.0.1:9","state":"ready","running":0,"waiting":0,"kv_blocks_used":0,"kv_blocks_total":256,"freeness":256}""",
            data[0].GetRawText());

        // (256 − 56 − 20) / (4 + 1)
        Assert.Equal("ready 4 1 36", Text(data[1]));
        Assert.Equal("draining 0 0 -256", Text(data[2]));
        Assert.Equal("empty 0 0 -256", Text(data[3]));

        static string Text(JsonElement entry) =>
            string.Join(' ', new[] { "state", "running", "waiting", "freeness" }.Select(name => entry.GetProperty(name).ToString()));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Drain_and_undrain_are_ordered_under_the_leaders_epoch(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker worker = await RecordingWorker.StartAsync(redis, "a");
        await using RunningScheduler scheduler = await RunningScheduler.StartLeaderAsync(redis.Address);
        long epoch = scheduler.Leadership.Epoch!.Value;
        Assert.Equal(202, (await scheduler.CallAsync(HttpMethod.Post, "/instances/a/drain")).Status);
        Assert.Equal(202, (await scheduler.CallAsync(HttpMethod.Post, "/instances/a/undrain")).Status);
        Assert.Equal([new DrainOrder(epoch, Draining: true), new DrainOrder(epoch, Draining: false)], worker.Drains);

        await RefusesAsync(scheduler, HttpMethod.Post, "/instances/nobody/drain", 404, "instance_not_found");
        worker.Refusal = (409, """{"error":{"message":"seen 9","type":"invalid_request_error","param":null,"code":"stale_epoch"}}""");
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances/a/drain", 409, "stale_epoch");
        worker.Refusal = (500, "broken");
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances/a/drain", 502, "order_failed");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_standby_changes_nothing_and_names_the_leader(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker worker = await RecordingWorker.StartAsync(redis, "a");
        await using RunningScheduler leader = await RunningScheduler.StartLeaderAsync(redis.Address);
        await using RunningScheduler standby = await RunningScheduler.StartAsync(redis.Address);
        await standby.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 1);
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (standby.Leadership.Leader is null)
        {
            await Task.Delay(20, deadline.Token);
        }

        (int status, JsonElement body) = await standby.CallAsync(HttpMethod.Post, "/instances/a/drain");
        Assert.Equal((503, "not_leader"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains(leader.Client.BaseAddress!.Authority, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await RefusesAsync(standby, HttpMethod.Post, "/instances", 503, "not_leader", """{"model":"tiny","count":1}""");
        await RefusesAsync(standby, HttpMethod.Delete, "/instances/a", 503, "not_leader");
        await RefusesAsync(standby, HttpMethod.Put, "/policy", 503, "not_leader", """{"migration":"off"}""");
        await RefusesAsync(standby, HttpMethod.Post, "/requests/r/migrate", 503, "not_leader", """{"destination":"a"}""");
        Assert.Empty(worker.Drains);

        // It lists and dispatches all the same.
        Assert.Equal(1, (await standby.CallAsync(HttpMethod.Get, "/instances")).Body.GetProperty("data").GetArrayLength());
        Assert.Equal("a", (await standby.DispatchAsync([new("r", "tiny", 1, 1, 0, [])])).Decisions[0].Instance);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Starting_and_stopping_are_the_supervisors(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RecordingWorker worker = await RecordingWorker.StartAsync(redis, "a");
        await using RunningScheduler scheduler =
            await RunningScheduler.StartLeaderAsync(redis.Address, ("Godwit:Cluster:Secret", "0123456789abcdef"));
        scheduler.Client.DefaultRequestHeaders.Add("x-godwit-cluster-secret", "0123456789abcdef");
        const string One = """{"model":"tiny","count":2}""";
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances", 409, "no_supervisor", One);
        await RefusesAsync(scheduler, HttpMethod.Delete, "/instances/a", 409, "no_supervisor");

        List<string> calls = [];
        await using WebApplication supervisor = await TestHosts.StartPeerAsync(app =>
        {
            app.MapPost(SupervisorPaths.Instances, async context =>
            {
                using StreamReader body = new(context.Request.Body);
                calls.Add($"{context.Request.Headers["x-godwit-cluster-secret"]} {await body.ReadToEndAsync()}");
                context.Response.StatusCode = 202;
                await context.Response.WriteAsync("""{"ids":["w1","w2"]}""");
            });
            app.MapDelete($"{SupervisorPaths.Instances}/{{id}}", async (HttpContext context, string id) =>
            {
                calls.Add($"DELETE {id}");
                context.Response.StatusCode = id == "a" ? 202 : 404;
                await context.Response.WriteAsync(
                    id == "a" ? "{}" : """{"error":{"message":"not mine","type":"invalid_request_error","param":null,"code":"instance_not_found"}}""");
            });
        });
        await redis.Database.StringSetAsync(
            RedisKeys.Supervisor,
            JsonSerializer.Serialize(new SupervisorEntry(supervisor.AddressesOf()[0].ToString()), ContractsJson.Default.SupervisorEntry));

        (int status, JsonElement started) = await scheduler.CallAsync(HttpMethod.Post, "/instances", One);
        Assert.Equal((202, """{"ids":["w1","w2"]}"""), (status, started.GetRawText()));
        Assert.Equal(202, (await scheduler.CallAsync(HttpMethod.Delete, "/instances/a")).Status);
        Assert.Equal(["0123456789abcdef {\"model\":\"tiny\",\"count\":2}", "DELETE a"], calls);
        Assert.True(Assert.Single(worker.Drains).Draining);

        await RefusesAsync(scheduler, HttpMethod.Delete, "/instances/nobody", 404, "instance_not_found");
        await using RecordingWorker foreign = await RecordingWorker.StartAsync(redis, "b");
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);
        await RefusesAsync(scheduler, HttpMethod.Delete, "/instances/b", 409, "no_supervisor");
        Assert.Empty(foreign.Drains);
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances", 400, "invalid_value", """{"model":"tiny","count":0}""");
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances", 400, "missing_required_parameter", """{"count":1}""");
        await RefusesAsync(scheduler, HttpMethod.Post, "/instances", 400, "invalid_json", "[");
    }

    [Fact]
    public async Task The_single_listener_wants_the_cluster_secret()
    {
        await using RunningScheduler scheduler =
            await RunningScheduler.StartAsync(redis: null, ("Godwit:Cluster:Secret", "0123456789abcdef"));
        using HttpResponseMessage without = await scheduler.Client.GetAsync("/instances");
        Assert.Equal(HttpStatusCode.Forbidden, without.StatusCode);
        scheduler.Client.DefaultRequestHeaders.Add("x-godwit-cluster-secret", "0123456789abcdef");
        using HttpResponseMessage with = await scheduler.Client.GetAsync("/instances");
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public async Task Without_a_secret_it_does_not_listen_beyond_loopback()
    {
        Exception error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => RunningScheduler.StartAsync(redis: null, ("Scheduler:Listener:Bind", "0.0.0.0")));
        Assert.Contains("cluster secret", error.Message, StringComparison.Ordinal);
    }

    private static async Task RefusesAsync(
        RunningScheduler scheduler, HttpMethod method, string path, int status, string code, string? body = null)
    {
        (int got, JsonElement answer) = await scheduler.CallAsync(method, path, body);
        Assert.Equal((status, code), (got, answer.GetProperty("error").GetProperty("code").GetString()));
    }
}
