using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Leadership;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;

namespace Godwit.Scheduler.Policies;

/// <summary>
/// Follows what an operator has set, so that all Schedulers decide alike. When Redis was emptied the leader writes it again.
/// </summary>
internal sealed class PolicyLoop(
    PolicyStore store, ActivePolicies policies, LeadershipState leadership, ClusterRedis redis, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private volatile PolicyNames? _set;

    /// <summary>Sets the policies, here and for all Schedulers.</summary>
    public async Task SetAsync(PolicyNames names, CancellationToken cancellation)
    {
        PolicySettings next = names.ApplyTo(policies.Current);
        PolicyNames all = PolicyNames.Of(next);
        await store.WriteAsync(all, cancellation);
        policies.Current = next;
        _set = all;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!redis.IsConfigured)
        {
            return;
        }

        using PeriodicTimer timer = new(Period, time);
        do
        {
            await TryFollowAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryFollowAsync(CancellationToken cancellation)
    {
        try
        {
            if (await store.ReadAsync(cancellation) is { } names)
            {
                policies.Current = names.ApplyTo(policies.Current);
                _set = names;
            }
            else if (_set is { } lost && leadership.Epoch is not null)
            {
                await store.WriteAsync(lost, cancellation);
            }
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // What is in force stays so.
        }
    }
}
