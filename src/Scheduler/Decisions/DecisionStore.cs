using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Decisions;

/// <summary>The decision log in Redis: a list, newest first, cut to its capacity with every write.</summary>
internal sealed class DecisionStore(ClusterRedis redis)
{
    private const int PageSize = 128;

    /// <summary>Adds decisions, the oldest first.</summary>
    public Task AddAsync(IReadOnlyList<Decision> decisions, int capacity, CancellationToken cancellation)
    {
        RedisValue[] lines = [.. decisions.Select(decision => (RedisValue)DecisionReplay.Write(decision))];
        return redis.CallAsync(
            async db =>
            {
                // One pipeline, in this order.
                Task<long> pushed = db.ListLeftPushAsync(RedisKeys.Decisions, lines);
                Task trimmed = db.ListTrimAsync(RedisKeys.Decisions, 0, capacity - 1);
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
