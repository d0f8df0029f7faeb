using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Decisions;

/// <summary>
/// Takes decisions from the feed into the index and, in batches, into Redis. While Redis is away, and beyond the budget, they are dropped and
/// counted.
/// </summary>
internal sealed partial class DecisionLog(
    DecisionFeed feed,
    DecisionIndex index,
    DecisionStore store,
    ClusterRedis redis,
    IOptions<DecisionOptions> options,
    TimeProvider time,
    ILogger<DecisionLog> logger) : BackgroundService
{
    private const int MaxBatch = 64;
    private const int MaxBatchLength = 512 * 1024;
    private readonly LogBudget _budget = new(options.Value, time.TimestampFrequency, time.GetTimestamp());
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<string> batch = new(MaxBatch);
        while (await feed.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            int length = 0;
            while (batch.Count < MaxBatch && length < MaxBatchLength && feed.Reader.TryRead(out Decision? decision))
            {
                if (decision is DispatchDecided dispatch)
                {
                    index.Add(dispatch);
                }

                // Judged before it is written as JSON: a flood must not cost a core either.
                if (!redis.IsConfigured)
                {
                    continue;
                }

                if (!_budget.Allows(time.GetTimestamp()))
                {
                    feed.Drop(1);
                    continue;
                }

                string line = DecisionReplay.Write(decision);
                _budget.Spend(line.Length);
                length += line.Length;
                batch.Add(line);
            }

            if (batch.Count > 0)
            {
                await TryStoreAsync(batch, stoppingToken);
            }
        }
    }

    private async Task TryStoreAsync(List<string> batch, CancellationToken cancellation)
    {
        try
        {
            await store.AddAsync(batch, _budget.Keep, cancellation);
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
