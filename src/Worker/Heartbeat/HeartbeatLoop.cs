using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Heartbeat;

/// <summary>
/// Writes registration and load of this instance to Redis, over a multiplexer of its own so that nothing else can delay a lease. The
/// registration is written with every beat, so that an emptied Redis is full again within one interval.
/// </summary>
internal sealed partial class HeartbeatLoop(
    RedisConnection? redis,
    Func<InstanceRegistration> registration,
    Func<InstanceStatus> status,
    IHostApplicationLifetime lifetime,
    IOptions<HeartbeatOptions> options,
    TimeProvider time,
    ILogger<HeartbeatLoop> logger) : BackgroundService
{
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (redis is null || !await HasStartedAsync(stoppingToken))
        {
            return;
        }

        // Only now is the address known: the listener may have been given any free port.
        InstanceRegistration self = registration();
        try
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.IntervalMs), time);
            long heartbeat = 0;
            do
            {
                await BeatAsync(redis, self, ++heartbeat, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sign off below.
        }

        await SignOffAsync(redis, self);
    }

    private async Task<bool> HasStartedAsync(CancellationToken stopping)
    {
        TaskCompletionSource<bool> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using CancellationTokenRegistration stop = stopping.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    private async Task BeatAsync(RedisConnection redis, InstanceRegistration self, long heartbeat, CancellationToken cancellation)
    {
        InstanceStatus now = status() with { BootId = self.BootId, Heartbeat = heartbeat };
        byte[] entry = JsonSerializer.SerializeToUtf8Bytes(self, ContractsJson.Default.InstanceRegistration);
        byte[] lease = JsonSerializer.SerializeToUtf8Bytes(now, ContractsJson.Default.InstanceStatus);
        TimeSpan life = TimeSpan.FromMilliseconds(options.Value.LeaseMs);
        try
        {
            // In one pipeline: the lease must not wait for an answer about the registration.
            await redis.CallAsync(
                async db =>
                {
                    Task<bool> registered = db.HashSetAsync(RedisKeys.Instances, self.Id, entry);
                    Task<bool> leased = db.StringSetAsync(RedisKeys.InstanceLease(self.Id), lease, life);
                    await Task.WhenAll(registered, leased);
                    return true;
                },
                cancellation);
            if (_away)
            {
                _away = false;
                LogBack(logger);
            }
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            if (!_away)
            {
                _away = true;
                LogAway(logger, e.Message);
            }
        }
    }

    private async Task SignOffAsync(RedisConnection redis, InstanceRegistration self)
    {
        try
        {
            await redis.CallAsync(
                async db =>
                {
                    Task<bool> left = db.HashDeleteAsync(RedisKeys.Instances, self.Id);
                    Task<bool> released = db.KeyDeleteAsync(RedisKeys.InstanceLease(self.Id));
                    await Task.WhenAll(left, released);
                    return true;
                },
                CancellationToken.None);
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // The lease runs out by itself, and whoever finds us dead takes the entry out.
            LogAway(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat does not reach Redis ({Reason}); trying on")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The heartbeat reaches Redis again")]
    private static partial void LogBack(ILogger logger);
}
