using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Redis;
using Godwit.Gateway.Dispatch;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Godwit.Gateway.Admin;

/// <summary>
/// Knows where the leading Scheduler is: by its lease, which is read twice a second, else where the configuration says. A lease that has just
/// run out leaves the last leader in its place: it may only be slow, and who asks in vain goes on without.
/// </summary>
internal sealed class SchedulerLocator(ClusterRedis redis, IOptions<DispatchClientOptions> options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private volatile Uri? _leader;

    /// <summary>Base address of the leading Scheduler; null when there is none to be found.</summary>
    public Uri? Current => _leader ?? Configured;

    private Uri? Configured { get; } = options.Value.Scheduler is { } address ? new Uri(address) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!redis.IsConfigured)
        {
            return;
        }

        using PeriodicTimer timer = new(Period, time);
        do
        {
            try
            {
                RedisValue lease = await redis.CallAsync(db => db.StringGetAsync(RedisKeys.SchedulerLease), stoppingToken);
                _leader = Parse(lease) ?? _leader;
            }
            catch (Exception e) when (RedisConnection.IsUnavailable(e))
            {
                // The last known one stays.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static Uri? Parse(RedisValue value)
    {
        try
        {
            return !value.IsNull
                && JsonSerializer.Deserialize(value.ToString(), ContractsJson.Default.SchedulerLease) is { Address: { } address }
                && Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
                && uri.Scheme is "http" or "https"
                ? uri
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
