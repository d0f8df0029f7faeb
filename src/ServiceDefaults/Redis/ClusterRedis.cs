using Godwit.ServiceDefaults.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Redis;

/// <summary>
/// A multiplexer of its own to the cluster's Redis, owned by the container. There is none when no Redis is configured: calls then fail as
/// they do while Redis is away.
/// </summary>
public sealed class ClusterRedis(RedisConnection? connection) : IAsyncDisposable
{
    /// <summary>A Redis is configured.</summary>
    public bool IsConfigured => connection is not null;

    /// <summary>One to the Redis of <see cref="ClusterOptions"/>.</summary>
    /// <param name="provider">The program's services.</param>
    /// <param name="client">Name shown by Redis' <c>CLIENT LIST</c>.</param>
    public static ClusterRedis Connect(IServiceProvider provider, string client) => new(
        provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Redis is { } address
            ? new RedisConnection(address, client, provider.GetRequiredService<ILogger<RedisConnection>>())
            : null);

    /// <summary>Runs one call, at most 300 ms; fails so that <see cref="RedisConnection.IsUnavailable"/> holds.</summary>
    public Task<T> CallAsync<T>(Func<StackExchange.Redis.IDatabase, Task<T>> call, CancellationToken cancellation) =>
        connection?.CallAsync(call, cancellation) ?? throw new TimeoutException("No Redis is configured.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
