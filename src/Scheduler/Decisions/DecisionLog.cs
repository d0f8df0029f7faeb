using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Decisions;

/// <summary>Takes decisions from the feed into the index and, in batches, into Redis. While Redis is away they are dropped and counted.</summary>
internal sealed partial class DecisionLog(
    DecisionFeed feed,
    DecisionIndex index,
    DecisionStore store,
    ClusterRedis redis,
    IOptions<DecisionOptions> options,
    ILogger<DecisionLog> logger) : BackgroundService
{
    private const int MaxBatch = 64;
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Decision> batch = new(MaxBatch);
        while (await feed.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && feed.Reader.TryRead(out Decision? decision))
            {
                batch.Add(decision);
                if (decision is DispatchDecided dispatch)
                {
                    index.Add(dispatch);
                }
            }

            if (redis.IsConfigured)
            {
                await TryStoreAsync(batch, stoppingToken);
            }
        }
    }

    private async Task TryStoreAsync(List<Decision> batch, CancellationToken cancellation)
    {
        try
        {
            await store.AddAsync(batch, options.Value.Capacity, cancellation);
            _away = false;
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            feed.Drop(batch.Count);
            if (!_away)
            {
                _away = true;
                LogAway(logger, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Decisions do not get into the log in Redis ({Reason}); they are dropped meanwhile")]
    private static partial void LogAway(ILogger logger, string reason);
}
