using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace Godwit.Scheduler.Leadership;

/// <summary>
/// The leader's lease in Redis, with single commands only, the same on Redis 7 and Garnet. There is no compare-and-set without a script, and
/// none is needed: a value is written by <c>SET NX</c> alone, once in its term, and never again, so nobody can overwrite another's. Renewal
/// is <c>GETEX PX</c>, one atomic command that lengthens whatever value is there and returns it. Who reads their own value has had the lease
/// without a gap since they took it, because it could not have come back otherwise; who reads another's has only given a living leader a
/// little more time, or a dead one two seconds once. Nothing deletes the key (a delayed deletion could hit the next leader's): it runs out.
/// </summary>
internal sealed class LeaseStore(ClusterRedis redis)
{
    /// <summary>Life of the lease without renewal.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    /// <summary>Lengthens the lease, whosever it is; its value, or null when there is none.</summary>
    public async Task<string?> RenewAsync(CancellationToken cancellation) =>
        await redis.CallAsync(db => db.StringGetSetExpiryAsync(RedisKeys.SchedulerLease, Life), cancellation);

    /// <summary>The lease's value, or null when there is none.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation) =>
        await redis.CallAsync(db => db.StringGetAsync(RedisKeys.SchedulerLease), cancellation);

    /// <summary>Takes the lease if nobody has it.</summary>
    public Task<bool> TakeAsync(string value, CancellationToken cancellation) =>
        redis.CallAsync(db => db.StringSetAsync(RedisKeys.SchedulerLease, value, Life, When.NotExists), cancellation);

    /// <summary>
    /// A number that nobody else gets, above what is stored and above <paramref name="floor"/>: the counter may have been wiped, while the
    /// instances remember.
    /// </summary>
    public async Task<long> DrawEpochAsync(long floor, CancellationToken cancellation)
    {
        long next = await redis.CallAsync(db => db.StringIncrementAsync(RedisKeys.SchedulerEpoch), cancellation);
        return next > floor
            ? next
            : await redis.CallAsync(db => db.StringIncrementAsync(RedisKeys.SchedulerEpoch, floor + 1 - next), cancellation);
    }
}
