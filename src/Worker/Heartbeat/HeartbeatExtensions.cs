using Godwit.Contracts.Instances;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Options;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Heartbeat;

/// <summary>Adds the worker's heartbeat.</summary>
internal static class HeartbeatExtensions
{
    /// <summary>Announces the instance in the cluster's Redis; does nothing when none is configured.</summary>
    /// <param name="services">The worker's services.</param>
    /// <param name="registration">Called once, after the host has started and its address is known.</param>
    /// <param name="status">Called with every heartbeat; its boot id and heartbeat number are filled in.</param>
    public static IServiceCollection AddHeartbeat(
        this IServiceCollection services,
        Func<IServiceProvider, InstanceRegistration> registration,
        Func<IServiceProvider, InstanceStatus> status)
    {
        services.AddFeatureOptions<HeartbeatOptions>(HeartbeatOptions.Section);
        services.AddSingleton(provider => new HeartbeatConnection(Connect(provider)));
        services.AddHostedService(provider => new HeartbeatLoop(
            provider.GetRequiredService<HeartbeatConnection>().Redis,
            () => registration(provider),
            () => status(provider),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<IOptions<HeartbeatOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HeartbeatLoop>>()));
        return services;
    }

    private static RedisConnection? Connect(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Redis is { } address
            ? new RedisConnection(address, "godwit-worker-heartbeat", provider.GetRequiredService<ILogger<RedisConnection>>())
            : null;

    /// <summary>Lets the container own a connection that may not exist.</summary>
    private sealed class HeartbeatConnection(RedisConnection? redis) : IAsyncDisposable
    {
        public RedisConnection? Redis { get; } = redis;

        public ValueTask DisposeAsync() => Redis?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
