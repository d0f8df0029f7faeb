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
internal sealed class TrailStore : BackgroundService, IAsyncDisposable
{
    private const int Capacity = 4096;
    private const int AtOnce = 64;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly Channel<(string Id, RequestTrail Trail)> _queue = Channel.CreateBounded<(string Id, RequestTrail Trail)>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private RedisConnection? _redis;

    public TrailStore(IOptions<ClusterOptions> cluster, ILogger<RedisConnection> logger) =>
        _redis = cluster.Value.Redis is { } address ? new RedisConnection(address, "godwit-gateway-trails", logger) : null;

    /// <summary>Writes a trail soon, over an older one of the same id.</summary>
    /// <param name="id">Id of the request as its client knows it.</param>
    /// <param name="trail">Its trail.</param>
    public void Write(string id, RequestTrail trail)
    {
        if (_redis is not null)
        {
            _queue.Writer.TryWrite((id, trail));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (Interlocked.Exchange(ref _redis, null) is { } redis)
        {
            await redis.DisposeAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, RequestTrail> batch = new(StringComparer.Ordinal);
        RedisConnection? redis = _redis;
        while (redis is not null && await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            while (batch.Count < AtOnce && _queue.Reader.TryRead(out (string Id, RequestTrail Trail) next))
            {
                batch[next.Id] = next.Trail;
            }

            await Task.WhenAll(batch.Select(entry => TryWriteAsync(redis, entry.Key, entry.Value, stoppingToken)));
        }
    }

    private static async Task TryWriteAsync(RedisConnection redis, string id, RequestTrail trail, CancellationToken cancellation)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(trail, ContractsJson.Default.RequestTrail);
        try
        {
            await redis.CallAsync(
                async db => await db.StringSetAsync(RedisKeys.Trail(id), json, Life), cancellation);
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // Redis is away, which its connection has logged; the trail is for people, and the next change writes it again.
        }
    }
}
