using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Supervision;

/// <summary>Finds the supervisor that has registered.</summary>
internal sealed class SupervisorStore(ClusterRedis redis)
{
    /// <summary>The supervisor, or null when there is none.</summary>
    public async Task<SupervisorEntry?> ReadAsync(CancellationToken cancellation)
    {
        RedisValue value = await redis.CallAsync(db => db.StringGetAsync(RedisKeys.Supervisor), cancellation);
        try
        {
            return value.IsNull ? null : JsonSerializer.Deserialize(value.ToString(), ContractsJson.Default.SupervisorEntry) is { } entry
                && Uri.TryCreate(entry.Address, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
