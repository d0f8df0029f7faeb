using System.Security.Cryptography;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Instances;
using Godwit.ServiceDefaults.Redis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Leadership;

/// <summary>
/// Takes and keeps the leader's lease (DESIGN §2). The epoch of a term is above whatever is stored and whatever any instance has seen, so
/// that neither a wiped Redis nor a leader that woke up late can give an order that a worker takes.
/// </summary>
internal sealed partial class LeadershipLoop(
    LeaseStore store,
    LeadershipState state,
    InstanceRegistry registry,
    ClusterRedis redis,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<LeadershipOptions> options,
    TimeProvider time,
    ILogger<LeadershipLoop> logger) : BackgroundService
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMilliseconds(500);

    // A standby looks more often: it has a second for all between the end of the lease and the three that a takeover may last.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly string _holder = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private SchedulerLease? _mine;
    private string? _mineText;
    private long _highestSeen;
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!redis.IsConfigured || !await HasStartedAsync(stoppingToken))
        {
            return;
        }

        string address = options.Value.AdvertisedAddress ?? server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        try
        {
            while (true)
            {
                await TryStepAsync(address, stoppingToken);
                await Task.Delay(_mine is null ? LookEvery : RenewEvery, time, stoppingToken);
            }
        }
        finally
        {
            state.Resign(leader: null);
        }
    }

    private async Task<bool> HasStartedAsync(CancellationToken stopping)
    {
        TaskCompletionSource<bool> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using CancellationTokenRegistration stop = stopping.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    private async Task TryStepAsync(string address, CancellationToken cancellation)
    {
        try
        {
            await StepAsync(address, cancellation);
            if (_away)
            {
                _away = false;
                LogBack(logger);
            }
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // The term ends by itself if this lasts. Once Redis answers and still has our value, nobody else can have led, and it goes on.
            if (!_away)
            {
                _away = true;
                LogAway(logger, e.Message);
            }
        }
    }

    private async Task StepAsync(string address, CancellationToken cancellation)
    {
        string? held;
        if (_mine is not null)
        {
            long sentAt = time.GetTimestamp();
            held = await store.RenewAsync(cancellation);
            if (held == _mineText && Floor() <= _mine.Epoch)
            {
                state.Hold(_mine, sentAt);
                return;
            }

            // Lost, or the workers have seen a higher epoch: then our lease is left to run out, and a higher one is drawn.
            LogLost(logger, _mine.Epoch);
            (_mine, _mineText) = (null, null);
        }
        else
        {
            held = await store.ReadAsync(cancellation);
        }

        SchedulerLease? leader = Parse(held);
        state.Resign(leader);
        _highestSeen = Math.Max(_highestSeen, leader?.Epoch ?? 0);

        // Before the instances are known, so are the epochs that they have seen.
        if (held is null && registry.Current.IsComplete)
        {
            await TakeAsync(address, cancellation);
        }
    }

    private async Task TakeAsync(string address, CancellationToken cancellation)
    {
        long epoch = await store.DrawEpochAsync(Floor(), cancellation);
        SchedulerLease lease = new(_holder, epoch, address);
        string text = JsonSerializer.Serialize(lease, ContractsJson.Default.SchedulerLease);
        long sentAt = time.GetTimestamp();

        // When the answer does not come the attempt is given up: should it be carried out later, it is nobody's and runs out.
        if (await store.TakeAsync(text, cancellation))
        {
            (_mine, _mineText, _highestSeen) = (lease, text, epoch);
            state.Hold(lease, sentAt);
            LogLeads(logger, epoch);
        }
    }

    private long Floor()
    {
        long floor = _highestSeen;
        foreach (InstanceView view in registry.Current.Instances)
        {
            floor = Math.Max(floor, view.Status.LeaderEpoch);
        }

        return floor;
    }

    private static SchedulerLease? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, ContractsJson.Default.SchedulerLease);
        }
        catch (JsonException)
        {
            // Somebody's who speaks another language; it holds the place all the same.
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This Scheduler leads under epoch {Epoch}")]
    private static partial void LogLeads(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This Scheduler does not lead any more (epoch {Epoch})")]
    private static partial void LogLost(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leader's lease cannot be read or renewed ({Reason}); trying on")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The leader's lease is read and renewed again")]
    private static partial void LogBack(ILogger logger);
}
