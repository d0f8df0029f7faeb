using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.CommandLine.Supervision;

/// <summary>What the supervisor has to do with Redis: it says where it listens, and reads how its workers are.</summary>
internal sealed class SupervisorStore(ClusterRedis redis)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    /// <summary>Says where the supervisor listens, for five seconds.</summary>
    public Task AnnounceAsync(SupervisorEntry entry, CancellationToken cancellation) =>
        redis.CallAsync(db => db.StringSetAsync(RedisKeys.Supervisor, Text(entry), Life), cancellation);

    /// <summary>Takes that back, if it still stands there. Not atomic, on purpose: another supervisor says it again within a second.</summary>
    public Task SignOffAsync(SupervisorEntry entry, CancellationToken cancellation) => redis.CallAsync(
        async db => await db.StringGetAsync(RedisKeys.Supervisor) == Text(entry) && await db.KeyDeleteAsync(RedisKeys.Supervisor),
        cancellation);

    /// <summary>What an instance last said of itself; null when it has no lease.</summary>
    public async Task<InstanceStatus?> StatusAsync(string instance, CancellationToken cancellation)
    {
        RedisValue value = await redis.CallAsync(db => db.StringGetAsync(RedisKeys.InstanceLease(instance)), cancellation);
        try
        {
            return value.IsNull ? null : JsonSerializer.Deserialize(value.ToString(), ContractsJson.Default.InstanceStatus);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(SupervisorEntry entry) => JsonSerializer.Serialize(entry, ContractsJson.Default.SupervisorEntry);
}
