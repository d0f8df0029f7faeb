using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using StackExchange.Redis;

namespace Godwit.Testing;

/// <summary>A Redis that one test has for itself.</summary>
public sealed class RedisServer(string address, ConnectionMultiplexer admin, Func<Task> release) : IAsyncDisposable
{
    /// <summary><c>HOST:PORT</c>.</summary>
    public string Address => address;

    public IDatabase Database => admin.GetDatabase();

    /// <summary>Empties it.</summary>
    public Task FlushAsync() => admin.GetServers()[0].FlushDatabaseAsync(0);

    /// <summary>Writes what a worker's heartbeat writes.</summary>
    public async Task BeatAsync(InstanceRegistration registration, InstanceStatus status, TimeSpan? lease = null)
    {
        await RegisterAsync(registration);
        await Database.StringSetAsync(
            RedisKeys.InstanceLease(registration.Id),
            JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Default.InstanceStatus),
            lease ?? TimeSpan.FromMinutes(5));
    }

    /// <summary>Writes a registration without a lease.</summary>
    public Task RegisterAsync(InstanceRegistration registration) => Database.HashSetAsync(
        RedisKeys.Instances, registration.Id, JsonSerializer.SerializeToUtf8Bytes(registration, ContractsJson.Default.InstanceRegistration));

    /// <summary>Ends a lease, as its expiry would.</summary>
    public Task ExpireAsync(string instance) => Database.KeyDeleteAsync(RedisKeys.InstanceLease(instance));

    public async ValueTask DisposeAsync()
    {
        await release();
        await admin.DisposeAsync();
    }
}
