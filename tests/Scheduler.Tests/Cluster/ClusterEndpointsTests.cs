using System.Net;
using System.Text.Json;
using Godwit.Contracts.Instances;
using Godwit.Testing;
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
        InstanceRegistration a = TestInstances.Registration("a");
        await redis.BeatAsync(a, TestInstances.Status(a, used: 7));
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(redis.Address);
        await scheduler.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 1);
        JsonElement listing = JsonDocument.Parse(await scheduler.Client.GetStringAsync("/instances")).RootElement;
        Assert.True(listing.GetProperty("complete").GetBoolean());
        JsonElement entry = Assert.Single(listing.GetProperty("instances").EnumerateArray());
        Assert.Equal("a", entry.GetProperty("registration").GetProperty("id").GetString());
        Assert.Equal(7, entry.GetProperty("status").GetProperty("kv_blocks_used").GetInt32());
        Assert.Equal("Ready", entry.GetProperty("status").GetProperty("state").GetString());
        Assert.False(entry.GetProperty("suspect").GetBoolean());
        Assert.True(entry.GetProperty("heartbeat_age_ms").GetInt64() >= 0);
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
}
