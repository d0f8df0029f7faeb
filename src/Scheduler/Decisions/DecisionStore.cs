using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Decisions;

/// <summary>The decision log in Redis: a list, newest first, cut to its capacity with every write.</summary>
internal sealed class DecisionStore(ClusterRedis redis)
{
    private const int PageSize = 128;

    /// <summary>Adds lines, the oldest first, and keeps the newest <paramref name="keep"/> of all.</summary>
    public Task AddAsync(IEnumerable<string> lines, int keep, CancellationToken cancellation)
    {
        RedisValue[] values = [.. lines.Select(line => (RedisValue)line)];
        return redis.CallAsync(
            async db =>
            {
                // One pipeline, in this order.
                Task<long> pushed = db.ListLeftPushAsync(RedisKeys.Decisions, values);
                Task trimmed = db.ListTrimAsync(RedisKeys.Decisions, 0, keep - 1);
                await Task.WhenAll(pushed, trimmed);
                return true;
            },
            cancellation);
    }

    /// <summary>The first dispatch of a request in the log, or null. Reads as much of it as it must.</summary>
    public async Task<DispatchDecided?> FindAsync(string request, CancellationToken cancellation)
    {
        DispatchDecided? found = null;
        for (int start = 0; ; start += PageSize)
        {
            int from = start;
            RedisValue[] page = await redis.CallAsync(
                db => db.ListRangeAsync(RedisKeys.Decisions, from, from + PageSize - 1), cancellation);
            foreach (RedisValue line in page)
            {
                found = Match(line.ToString(), request) ?? found;
            }

            if (page.Length < PageSize)
            {
                return found;
            }
        }
    }

    private static DispatchDecided? Match(string line, string request)
    {
        if (!line.Contains(request, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return DecisionReplay.Read(line) is DispatchDecided decided && decided.Inputs.Question.Request == request ? decided : null;
        }
        catch (InvalidDataException)
        {
            // Of a Scheduler of another version.
            return null;
        }
    }
}
