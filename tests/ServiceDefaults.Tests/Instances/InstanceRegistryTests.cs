using System.Diagnostics;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.ServiceDefaults.Tests.Instances;

[Collection(RedisCollection.Name)]
public sealed class InstanceRegistryTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Instances_with_a_lease_are_in_the_picture(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        InstanceRegistration b = TestInstances.Registration("b", "two");
        InstanceRegistration a = TestInstances.Registration("a", "one");
        await redis.BeatAsync(b, TestInstances.Status(b));
        await redis.BeatAsync(a, TestInstances.Status(a, used: 5));
        await using Reader reader = await Reader.StartAsync(redis.Address);
        RegistrySnapshot picture = await reader.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);
        Assert.True(picture.IsComplete);
        Assert.Equal(["a", "b"], picture.Instances.Select(view => view.Id));
        Assert.Equal(5, picture.Find("a")!.Status.KvBlocksUsed);
        Assert.Equal(b, Assert.Single(picture.OfModel("two")).Registration);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_killed_instance_is_gone_within_two_seconds_and_taken_out_of_redis(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        WebApplication instance = await HealthyAsync();
        InstanceRegistration a = TestInstances.Registration("a", address: instance.AddressesOf()[0].ToString());
        await using Reader reader = await Reader.StartAsync(redis.Address);

        // The last heartbeat before it is killed: its lease lives on for 1.2 s.
        await redis.BeatAsync(a, TestInstances.Status(a), TimeSpan.FromMilliseconds(1200));
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("a") is not null);
        Stopwatch sinceDeath = Stopwatch.StartNew();
        await instance.DisposeAsync();
        RegistrySnapshot picture = await reader.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 0);
        Assert.InRange(sinceDeath.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.True(picture.Models.ContainsKey("tiny"));

        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (await redis.Database.HashExistsAsync(RedisKeys.Instances, "a"))
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_instance_without_a_lease_that_answers_stays(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using WebApplication instance = await HealthyAsync();
        InstanceRegistration a = TestInstances.Registration("a", address: instance.AddressesOf()[0].ToString());
        await redis.BeatAsync(a, TestInstances.Status(a));
        await using Reader reader = await Reader.StartAsync(redis.Address);
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("a") is { Suspect: false });

        await redis.ExpireAsync("a");
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("a") is { Suspect: true });
        await redis.BeatAsync(a, TestInstances.Status(a, heartbeat: 2));
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("a") is { Suspect: false, Status.Heartbeat: 2 });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_emptied_redis_keeps_who_answers_and_loses_who_does_not(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using WebApplication instance = await HealthyAsync();
        InstanceRegistration alive = TestInstances.Registration("alive", address: instance.AddressesOf()[0].ToString());
        InstanceRegistration dead = TestInstances.Registration("dead");
        await redis.BeatAsync(alive, TestInstances.Status(alive));
        await redis.BeatAsync(dead, TestInstances.Status(dead));
        await using Reader reader = await Reader.StartAsync(redis.Address);
        await reader.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);

        List<RegistrySnapshot> seen = [];
        reader.Registry.Changed += seen.Add;
        await redis.FlushAsync();
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("dead") is null);
        Assert.All(seen.ToArray(), snapshot => Assert.NotNull(snapshot.Find("alive")));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task While_redis_is_away_the_picture_stays_and_probes_decide(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using TcpRelay relay = new(redis.Address);
        await using WebApplication one = await HealthyAsync();
        WebApplication two = await HealthyAsync();
        InstanceRegistration a = TestInstances.Registration("a", address: one.AddressesOf()[0].ToString());
        InstanceRegistration b = TestInstances.Registration("b", address: two.AddressesOf()[0].ToString());
        await redis.BeatAsync(a, TestInstances.Status(a));
        await redis.BeatAsync(b, TestInstances.Status(b));
        await using Reader reader = await Reader.StartAsync(relay.Address);
        await reader.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);

        relay.Cut();
        await reader.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2 && snapshot.Instances.All(view => view.Suspect));
        await two.DisposeAsync();
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("b") is null && snapshot.Find("a") is not null);

        relay.Mend();
        await redis.BeatAsync(a, TestInstances.Status(a, heartbeat: 2));
        await reader.Registry.UntilAsync(snapshot => snapshot.Find("a") is { Suspect: false, Status.Heartbeat: 2 });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Malformed_entries_are_skipped(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        InstanceRegistration good = TestInstances.Registration("good");
        await redis.Database.HashSetAsync(RedisKeys.Instances, "text", "no json");
        await redis.Database.HashSetAsync(RedisKeys.Instances, "null", "null");
        await redis.Database.HashSetAsync(RedisKeys.Instances, "empty", "{}");
        await redis.RegisterAsync(TestInstances.Registration("address", address: "nowhere"));
        await redis.RegisterAsync(TestInstances.Registration("model", model: "zwei\nZeilen"));
        await redis.BeatAsync(good, TestInstances.Status(good));
        InstanceRegistration badLease = TestInstances.Registration("lease");
        await redis.RegisterAsync(badLease);
        await redis.Database.StringSetAsync(RedisKeys.InstanceLease("lease"), "[1");
        await using Reader reader = await Reader.StartAsync(redis.Address);
        RegistrySnapshot picture = await reader.Registry.UntilAsync(snapshot => snapshot.IsComplete);
        Assert.Equal(["good"], picture.Instances.Select(view => view.Id));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Taking_out_a_dead_life_leaves_a_new_one_alone(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using Reader reader = await Reader.StartAsync(redis.Address);
        InstanceRegistration old = TestInstances.Registration("a");
        InstanceRegistration reborn = TestInstances.Registration("a");
        await using Redis.RedisConnection connection = new(redis.Address, "test", reader.Logger<Redis.RedisConnection>());
        RegistryStore store = new(connection, reader.Logger<RegistryStore>());

        await redis.BeatAsync(reborn, TestInstances.Status(reborn));
        await store.RemoveAsync(old, CancellationToken.None);
        Assert.True(await redis.Database.HashExistsAsync(RedisKeys.Instances, "a"));
        await store.RemoveAsync(reborn, CancellationToken.None);
        Assert.False(await redis.Database.HashExistsAsync(RedisKeys.Instances, "a"));
    }

    [Fact]
    public async Task Without_a_redis_the_picture_is_empty_and_incomplete()
    {
        await using Reader reader = await Reader.StartAsync(redis: null);
        Assert.Empty(reader.Registry.Current.Instances);
        Assert.False(reader.Registry.Current.IsComplete);
    }

    private static Task<WebApplication> HealthyAsync() => TestHosts.StartPeerAsync(app => app.MapGet("/health", () => "ok"));

    /// <summary>A host with nothing but the reader.</summary>
    private sealed class Reader(WebApplication app) : IAsyncDisposable
    {
        public InstanceRegistry Registry => app.Services.GetRequiredService<InstanceRegistry>();

        public static async Task<Reader> StartAsync(string? redis)
        {
            WebApplicationBuilder builder = TestHosts.Builder(($"{ClusterOptions.Section}:Redis", redis), ("urls", "http://127.0.0.1:0"));
            builder.AddServiceDefaults("Test");
            builder.Services.AddInstanceRegistry("Test");
            WebApplication app = builder.Build();
            await app.StartAsync();
            return new Reader(app);
        }

        public Microsoft.Extensions.Logging.ILogger<T> Logger<T>() => app.Services.GetRequiredService<Microsoft.Extensions.Logging.ILogger<T>>();

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
