using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Options;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>Adds the reader of the instance registry.</summary>
public static class InstanceRegistryExtensions
{
    /// <summary>Adds <see cref="InstanceRegistry"/>, which follows the Redis of <see cref="ClusterOptions"/>.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="program">Name of the program, shown by Redis' <c>CLIENT LIST</c>.</param>
    public static IServiceCollection AddInstanceRegistry(this IServiceCollection services, string program)
    {
        services.AddFeatureOptions<InstanceRegistryOptions>(InstanceRegistryOptions.Section);
        services.AddSingleton<InstanceProbe>();
        services.AddSingleton(provider => new RegistryConnection(Connect(provider, program)));
        services.AddSingleton(provider =>
        {
            RedisConnection? redis = provider.GetRequiredService<RegistryConnection>().Redis;
            return new InstanceRegistry(
                redis is null ? null : new RegistryStore(redis, provider.GetRequiredService<ILogger<RegistryStore>>()),
                provider.GetRequiredService<InstanceProbe>(),
                provider.GetRequiredService<IOptions<InstanceRegistryOptions>>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<InstanceRegistry>>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<InstanceRegistry>());
        return services;
    }

    private static RedisConnection? Connect(IServiceProvider provider, string program) =>
        provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Redis is { } address
            ? new RedisConnection(address, $"godwit-{program.ToLowerInvariant()}", provider.GetRequiredService<ILogger<RedisConnection>>())
            : null;

    /// <summary>Lets the container own a connection that may not exist.</summary>
    private sealed class RegistryConnection(RedisConnection? redis) : IAsyncDisposable
    {
        public RedisConnection? Redis { get; } = redis;

        public ValueTask DisposeAsync() => Redis?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
