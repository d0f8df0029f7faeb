using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Godwit.Worker.Heartbeat;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Godwit.Worker.Tests.Heartbeat;

[Collection(RedisCollection.Name)]
public sealed class HeartbeatLoopTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task It_announces_the_instance_and_renews_its_lease(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using Beating instance = await Beating.StartAsync(redis.Address);
        RegistrySnapshot picture = await instance.Reader.UntilAsync(
            snapshot => snapshot.Find("w1") is { Suspect: false, Status.Heartbeat: >= 3, Status.KvBlocksUsed: >= 3 });
        InstanceView view = picture.Find("w1")!;
        Assert.Equal(instance.Registration, view.Registration);
        Assert.Equal(instance.Registration!.BootId, view.Status.BootId);
        TimeSpan? left = await redis.Database.KeyTimeToLiveAsync(RedisKeys.InstanceLease("w1"));
        Assert.InRange(left!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(1200));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_emptied_redis_is_filled_again(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using Beating instance = await Beating.StartAsync(redis.Address);
        await instance.Reader.UntilAsync(snapshot => snapshot.Find("w1") is not null);
        await redis.FlushAsync();
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        RedisValue entry;
        while ((entry = await redis.Database.HashGetAsync(RedisKeys.Instances, "w1")).IsNull)
        {
            await Task.Delay(10, deadline.Token);
        }

        Assert.Equal(instance.Registration, JsonSerializer.Deserialize(entry.ToString(), ContractsJson.Default.InstanceRegistration));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_graceful_stop_signs_off(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        Beating instance = await Beating.StartAsync(redis.Address);
        await instance.Reader.UntilAsync(snapshot => snapshot.Find("w1") is not null);
        await instance.DisposeAsync();
        Assert.False(await redis.Database.HashExistsAsync(RedisKeys.Instances, "w1"));
        Assert.False(await redis.Database.KeyExistsAsync(RedisKeys.InstanceLease("w1")));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task It_goes_on_when_redis_comes_back(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using TcpRelay relay = new(redis.Address);
        relay.Cut();
        await using Beating instance = await Beating.StartAsync(relay.Address);
        Assert.False(instance.Reader.Current.IsComplete);
        relay.Mend();
        await instance.Reader.UntilAsync(snapshot => snapshot.Find("w1") is { Suspect: false });
    }

    [Fact]
    public async Task Without_a_redis_it_does_nothing()
    {
        await using Beating instance = await Beating.StartAsync(redis: null);
        Assert.Equal(0, instance.StatusCalls);
    }

    [Fact]
    public async Task A_lease_must_outlive_two_beats()
    {
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => Beating.StartAsync(redis: null, ("Worker:Heartbeat:IntervalMs", "700")));
        Assert.Contains("LeaseMs", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A host with a heartbeat, and a reader of the registry.</summary>
    private sealed class Beating : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _statusCalls;

        private Beating((string Key, string? Value)[] settings)
        {
            WebApplicationBuilder builder = TestHosts.Builder([("urls", "http://127.0.0.1:0"), .. settings]);
            builder.AddServiceDefaults("Worker");
            builder.Services.AddInstanceRegistry("Test");
            builder.Services.AddHeartbeat(
                _ => Registration = TestInstances.Registration("w1", address: _app!.AddressesOf()[0].ToString()),
                _ => TestInstances.Status(Registration!, heartbeat: 99, used: Interlocked.Increment(ref _statusCalls)) with { BootId = "filled in" });
            _app = builder.Build();
            _app.MapDefaultEndpoints();
        }

        public InstanceRegistration? Registration { get; private set; }

        public int StatusCalls => Volatile.Read(ref _statusCalls);

        public InstanceRegistry Reader => _app.Services.GetRequiredService<InstanceRegistry>();

        public static async Task<Beating> StartAsync(string? redis, params (string Key, string? Value)[] settings)
        {
            Beating beating = new([("Godwit:Cluster:Redis", redis), .. settings]);
            await beating._app.StartAsync();
            return beating;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}
