using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Explain;

/// <summary>Reads where requests were, as their Gateways wrote it.</summary>
internal sealed class TrailStore(ClusterRedis redis)
{
    /// <summary>The trail of a request, or null.</summary>
    public async Task<RequestTrail?> ReadAsync(string request, CancellationToken cancellation)
    {
        RedisValue value = await redis.CallAsync(db => db.StringGetAsync(RedisKeys.Trail(request)), cancellation);
        try
        {
            return value.IsNull ? null
                : JsonSerializer.Deserialize(value.ToString(), ContractsJson.Default.RequestTrail)
                    is { Moves: not null, Recoveries: not null } trail ? trail
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
