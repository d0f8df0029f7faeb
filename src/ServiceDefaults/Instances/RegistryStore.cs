using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>Reads the instances from Redis, and takes the dead ones out. Entries that nobody can understand are skipped, and logged once.</summary>
internal sealed partial class RegistryStore(RedisConnection redis, ILogger<RegistryStore> logger)
{
    private const int MostLogged = 1000;
    private readonly HashSet<string> _logged = [];

    /// <summary>Reads every entry, and the leases of these and of <paramref name="known"/>.</summary>
    public async Task<RegistryReading> ReadAsync(IEnumerable<string> known, CancellationToken cancellation)
    {
        HashEntry[] entries = await redis.CallAsync(db => db.HashGetAllAsync(RedisKeys.Instances), cancellation);
        Dictionary<string, InstanceRegistration> registrations = new(StringComparer.Ordinal);
        foreach (HashEntry entry in entries)
        {
            string id = entry.Name.ToString();
            InstanceRegistration? registration = Parse(id, entry.Value, ContractsJson.Default.InstanceRegistration);
            if (registration is not null && IsUsable(id, registration))
            {
                registrations.Add(id, registration);
            }
        }

        string[] ids = registrations.Keys.Union(known, StringComparer.Ordinal).ToArray();
        Dictionary<string, InstanceStatus> leases = new(StringComparer.Ordinal);
        if (ids.Length > 0)
        {
            RedisKey[] keys = Array.ConvertAll(ids, id => (RedisKey)RedisKeys.InstanceLease(id));
            RedisValue[] values = await redis.CallAsync(db => db.StringGetAsync(keys), cancellation);
            for (int i = 0; i < ids.Length; i++)
            {
                if (!values[i].IsNull && Parse(ids[i], values[i], ContractsJson.Default.InstanceStatus) is { BootId: not null } status)
                {
                    leases.Add(ids[i], status);
                }
            }
        }

        return new RegistryReading(registrations, leases);
    }

    /// <summary>
    /// Takes a dead life out. Not atomic, on purpose (no Lua, no transactions): a new life that registers just between the two calls
    /// registers again with its next heartbeat.
    /// </summary>
    public async Task RemoveAsync(InstanceRegistration dead, CancellationToken cancellation)
    {
        RedisValue value = await redis.CallAsync(db => db.HashGetAsync(RedisKeys.Instances, dead.Id), cancellation);
        if (!value.IsNull && Parse(dead.Id, value, ContractsJson.Default.InstanceRegistration)?.BootId == dead.BootId)
        {
            await redis.CallAsync(db => db.HashDeleteAsync(RedisKeys.Instances, dead.Id), cancellation);
        }
    }

    private T? Parse<T>(string id, RedisValue value, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)value).Span, type);
        }
        catch (JsonException e)
        {
            LogOnce(id, e.Message);
            return null;
        }
    }

    private bool IsUsable(string id, InstanceRegistration registration)
    {
        string? wrong = registration switch
        {
            { Id: var own } when own != id => "its id is another",
            { BootId: null or "" } => "it has no boot id",
            { Model: null or "" } => "it has no model",
            { Id: var own, Model: var model } when !IsPrintable(own) || !IsPrintable(model) => "its id or model is not printable ASCII",
            { ContextLength: < 1 } or { BlockSizeTokens: < 1 } or { KvBlocksTotal: < 1 } => "its sizes are not positive",
            { Address: var address } when !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") =>
                "its address is no HTTP address",
            _ => null,
        };
        if (wrong is not null)
        {
            LogOnce(id, wrong);
        }

        return wrong is null;
    }

    // Both stand in response headers.
    private static bool IsPrintable(string name) => !name.AsSpan().ContainsAnyExceptInRange('!', '~');

    private void LogOnce(string id, string reason)
    {
        if (_logged.Count < MostLogged && _logged.Add(id))
        {
            LogMalformed(logger, id, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Skipping the malformed registry entry of instance {Instance}: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string instance, string reason);
}
