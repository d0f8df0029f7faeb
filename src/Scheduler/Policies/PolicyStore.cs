using System.Text.Json;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Policies;

/// <summary>What an operator has set, in Redis.</summary>
internal sealed class PolicyStore(ClusterRedis redis)
{
    /// <summary>What was set; null when nothing was, or nothing that this Scheduler understands.</summary>
    public async Task<PolicyNames?> ReadAsync(CancellationToken cancellation)
    {
        RedisValue value = await redis.CallAsync(db => db.StringGetAsync(RedisKeys.Policy), cancellation);
        try
        {
            return value.IsNull ? null
                : JsonSerializer.Deserialize(value.ToString(), PolicyJson.Default.PolicyNames) is { } names && names.Refuse() is null ? names
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Sets it.</summary>
    public Task WriteAsync(PolicyNames names, CancellationToken cancellation) => redis.CallAsync(
        db => db.StringSetAsync(RedisKeys.Policy, JsonSerializer.SerializeToUtf8Bytes(names, PolicyJson.Default.PolicyNames)), cancellation);
}
