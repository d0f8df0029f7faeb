using System.Text.Json;
using Godwit.Contracts.Redis;
using Godwit.Testing;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Tests.Policies;

[Collection(RedisCollection.Name)]
public sealed class PolicyEndpointsTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_an_operator_sets_holds_for_all_Schedulers_and_survives_a_wipe(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using RunningScheduler leader = await RunningScheduler.StartLeaderAsync(redis.Address);
        await using RunningScheduler standby = await RunningScheduler.StartAsync(redis.Address);
        Assert.Equal("""{"dispatch":"llumnix","migration":"llumnix"}""", await PolicyAsync(leader));
        (int status, JsonElement answer) = await leader.CallAsync(HttpMethod.Put, "/policy", """{"dispatch":"round-robin"}""");
        Assert.Equal((200, """{"dispatch":"round-robin","migration":"llumnix"}"""), (status, answer.GetRawText()));
        await leader.CallAsync(HttpMethod.Put, "/policy", """{"migration":"off"}""");
        const string Set = """{"dispatch":"round-robin","migration":"off"}""";
        Assert.Equal(Set, await PolicyAsync(leader));
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (await PolicyAsync(standby) != Set)
        {
            await Task.Delay(20, deadline.Token);
        }

        await redis.FlushAsync();
        while ((await redis.Database.StringGetAsync(RedisKeys.Policy)).ToString() != Set)
        {
            await Task.Delay(20, deadline.Token);
        }

        Assert.Equal(Set, await PolicyAsync(leader));
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter")]
    [InlineData("""{"dispatch":"best"}""", "invalid_value")]
    [InlineData("""{"migration":"on"}""", "invalid_value")]
    [InlineData("""{"dispach":"llumnix"}""", "invalid_json")]
    [InlineData("null", "invalid_json")]
    public async Task A_body_that_names_no_policy_is_refused(string body, string code)
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis: null);
        (int status, JsonElement answer) = await scheduler.CallAsync(HttpMethod.Put, "/policy", body);
        Assert.Equal((400, code), (status, answer.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_configured_policy_must_exist()
    {
        Exception error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => RunningScheduler.StartAsync(redis: null, ("Scheduler:Dispatch:Policy", "best")));
        Assert.Contains("power-of-two", error.Message, StringComparison.Ordinal);
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(
            redis: null, ("Scheduler:Dispatch:Policy", "prefix"), ("Scheduler:Migration:Enabled", "false"));
        Assert.Equal("""{"dispatch":"prefix","migration":"off"}""", await PolicyAsync(scheduler));
    }

    private static Task<string> PolicyAsync(RunningScheduler scheduler) => scheduler.Client.GetStringAsync("/policy");
}
