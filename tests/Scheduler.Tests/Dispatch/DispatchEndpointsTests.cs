using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Instances;
using Godwit.Testing;

namespace Godwit.Scheduler.Tests.Dispatch;

[Collection(RedisCollection.Name)]
public sealed class DispatchEndpointsTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_burst_spreads_evenly_before_any_heartbeat(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        string[] ids = ["a", "b", "c"];
        foreach (string id in ids)
        {
            InstanceRegistration registration = TestInstances.Registration(id);
            await redis.BeatAsync(registration, TestInstances.Status(registration));
        }

        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 3);
        DispatchResponse answer = await scheduler.DispatchAsync([.. Enumerable.Range(0, 30).Select(i => Item($"r{i}"))]);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"r{i}"), answer.Decisions.Select(decision => decision.Request));
        Assert.Equal(["a 10", "b 10", "c 10"], answer.Decisions.CountBy(decision => decision.Instance!).Select(p => $"{p.Key} {p.Value}").Order());

        string metrics = await scheduler.Client.GetStringAsync("/metrics");
        Assert.Contains("godwit_dispatches_total{outcome=\"dispatched\"} 30", metrics, StringComparison.Ordinal);
        Assert.Contains("godwit_instances{model=\"tiny\"} 3", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Decisions_say_where_or_why_nowhere(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        InstanceRegistration a = TestInstances.Registration("a");
        InstanceRegistration draining = TestInstances.Registration("d", "old");
        await redis.BeatAsync(a, TestInstances.Status(a));
        await redis.BeatAsync(draining, TestInstances.Status(draining) with { State = InstanceState.Draining });
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);
        DispatchResponse answer = await scheduler.DispatchAsync(
            [Item("1"), Item("2") with { Model = "old" }, Item("3") with { Model = "never" }, Item("4") with { Exclude = ["a"] }]);
        Assert.Equal(
            [
                new DispatchDecision("1", "a", a.BootId, a.Address, Error: null),
                new DispatchDecision("2", null, null, null, DispatchError.NoInstance),
                new DispatchDecision("3", null, null, null, DispatchError.UnknownModel),
                new DispatchDecision("4", null, null, null, DispatchError.NoInstance),
            ],
            answer.Decisions);
    }

    [Theory]
    [InlineData("", 400, "invalid_json")]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("null", 400, "missing_required_parameter")]
    [InlineData("{}", 400, "missing_required_parameter")]
    [InlineData("""{"requests":[null]}""", 400, "missing_required_parameter")]
    [InlineData("""{"requests":[{"request":"r","model":"m"}]}""", 400, "missing_required_parameter")]
    [InlineData("""{"requests":[{"request":"r","model":"m","exclude":[],"prompt_tokens":-1}]}""", 400, "invalid_value")]
    public async Task A_malformed_body_is_refused(string body, int status, string code)
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis: null);
        await RefusesAsync(scheduler, body, status, code);
    }

    [Fact]
    public async Task Too_many_or_too_large_is_refused()
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis: null);
        DispatchRequest many = new([.. Enumerable.Range(0, 257).Select(i => Item($"r{i}"))]);
        await RefusesAsync(scheduler, JsonSerializer.Serialize(many, ContractsJson.Default.DispatchRequest), 400, "invalid_value");
        await RefusesAsync(scheduler, $$"""{"requests":[],"filler":"{{new string('x', 1024 * 1024)}}"}""", 413, "request_too_large");
    }

    private static DispatchItem Item(string request) => new(request, "tiny", PromptTokens: 10, MaxTokens: 20, Priority: 0, Exclude: []);

    private static async Task RefusesAsync(RunningScheduler scheduler, string body, int status, string code)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await scheduler.Client.PostAsync("/dispatch", content);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
    }
}
