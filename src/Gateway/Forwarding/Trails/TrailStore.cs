using System.Text.Json;
using System.Threading.Channels;
using Godwit.Contracts;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding.Trails;

/// <summary>
/// Writes where requests were to Redis, after the fact. Nobody waits for it: a connection of its own, a bounded queue, and what finds no
/// room, or no Redis, is dropped.
/// </summary>
internal sealed class TrailStore : BackgroundService
{
    private const int Capacity = 4096;
    private const int AtOnce = 64;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly Channel<RequestTrail> _queue =
        Channel.CreateBounded<RequestTrail>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly RedisConnection? _redis;

    public TrailStore(IOptions<ClusterOptions> cluster, ILogger<RedisConnection> logger) =>
        _redis = cluster.Value.Redis is { } address ? new RedisConnection(address, "godwit-gateway-trails", logger) : null;

    /// <summary>Writes a trail soon, over an older one of the same request.</summary>
    public void Write(RequestTrail trail)
    {
        if (_redis is not null)
        {
            _queue.Writer.TryWrite(trail);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, RequestTrail> batch = new(StringComparer.Ordinal);
        while (_redis is not null && await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            while (batch.Count < AtOnce && _queue.Reader.TryRead(out RequestTrail? trail))
            {
                batch[trail.Request] = trail;
            }

            await Task.WhenAll(batch.Values.Select(trail => TryWriteAsync(_redis, trail, stoppingToken)));
        }
    }

    private static async Task TryWriteAsync(RedisConnection redis, RequestTrail trail, CancellationToken cancellation)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(trail, ContractsJson.Default.RequestTrail);
        try
        {
            await redis.CallAsync(
                async db => await db.StringSetAsync(RedisKeys.Trail(trail.Request), json, Life), cancellation);
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // Redis is away, which its connection has logged; the trail is for people, and the next change writes it again.
        }
    }
}
