using System.Security.Cryptography;
using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.Migration;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Leadership;
using Godwit.Scheduler.Orders;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Scheduler.Migration;

/// <summary>
/// While this Scheduler leads: looks at the picture, lets <see cref="MigrationPolicy"/> pair instances and orders the sources to move
/// requests. A draining instance is a source until it is empty, whoever ordered the drain: its state is the only memory of it.
/// </summary>
internal sealed partial class MigrationLoop(
    InstanceRegistry registry,
    Dispatcher dispatcher,
    ActivePolicies policies,
    LeadershipState leadership,
    OrderClient orders,
    DecisionFeed feed,
    IOptions<MigrationOptions> options,
    IOptions<DispatchOptions> dispatch,
    TimeProvider time,
    IMetricFactory metrics,
    ILogger<MigrationLoop> logger) : BackgroundService
{
    private readonly Counter _orders = metrics.CreateCounter(
        MetricNames.MigrationOrders, "Orders to move requests, by reason and outcome.", ["reason", "outcome"]);

    private readonly OrderLedger _ledger = new(
        dispatch.Value.SettleMs * Math.Max(1, time.TimestampFrequency / 1000),
        dispatch.Value.ForgetMs * Math.Max(1, time.TimestampFrequency / 1000));

    private IReadOnlyList<StandingPair> _standing = [];

    /// <summary>A new id for an order.</summary>
    public static string NewOrder() => $"mig_{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.PeriodMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (leadership.Epoch is { } epoch)
            {
                Round(epoch, stoppingToken);
            }
            else
            {
                _standing = [];
                _ledger.Clear();
            }
        }
    }

    private void Round(long epoch, CancellationToken stopping)
    {
        RegistrySnapshot snapshot = registry.Current;
        long now = time.GetTimestamp();
        List<InstanceLoad> exact = [], inexact = [];
        foreach ((InstanceView view, InstanceLoad load) in snapshot.Instances.Zip(dispatcher.Loads(snapshot)))
        {
            (view.Registration.IsExact ? exact : inexact).Add(_ledger.Apply(view, load, now));
        }

        // Between instances whose bits may differ nothing moves unless one of them shall be emptied: its clients are told then.
        MigrationSettings settings = policies.Current.Migration;
        _standing =
        [
            .. Round(new MigrationInputs(exact, _standing, settings), snapshot, epoch, now, stopping),
            .. Round(new MigrationInputs(inexact, _standing, settings with { Enabled = false }), snapshot, epoch, now, stopping),
        ];
    }

    private IReadOnlyList<StandingPair> Round(
        MigrationInputs inputs, RegistrySnapshot snapshot, long epoch, long now, CancellationToken stopping)
    {
        MigrationPlan plan = MigrationPolicy.Plan(inputs);
        if (plan.Pairs.Count > 0)
        {
            // A round that orders nothing, five times a second, would only push the others out of the log.
            feed.Publish(new MigrationDecided((long)time.GetElapsedTime(0, now).TotalMilliseconds, inputs, plan));
        }

        foreach (MigrationPair pair in plan.Pairs)
        {
            if (snapshot.Find(pair.Source) is { } source && snapshot.Find(pair.Destination) is { } destination)
            {
                _ledger.Add(pair.Source, pair.Destination, now);
                MigrationOrder order = new(
                    NewOrder(),
                    epoch,
                    pair.Reason,
                    PeerOf(destination),
                    Request: null,
                    CountOf(pair, source, inputs),
                    pair.MaxBlocks,
                    inputs.Settings.OutBelow);

                // Not awaited: one worker that does not answer must not keep the others waiting.
                _ = SendAsync(source, order, stopping);
            }
        }

        return plan.Standing;
    }

    /// <summary>How an instance is named to another.</summary>
    public static MigrationPeer PeerOf(InstanceView view) => new(view.Id, view.Registration.BootId, view.Registration.Address);

    // A few at a time to even out load, which every move changes. A drain takes the destination's share of what has to go anyway: asked for
    // a few by a few, each time after a heartbeat, it would last.
    private static int CountOf(MigrationPair pair, InstanceView source, MigrationInputs inputs)
    {
        if (pair.Reason != MigrationPolicy.Drain)
        {
            return pair.Count;
        }

        string likeness = inputs.Instances.First(load => load.Id == pair.Source).Likeness;
        int others = inputs.Instances.Count(load => load.IsReady && load.Likeness == likeness);
        return Math.Max(1, (source.Status.SequencesRunning + others - 1) / Math.Max(1, others));
    }

    private async Task SendAsync(InstanceView source, MigrationOrder order, CancellationToken stopping)
    {
        try
        {
            OrderResult result = await orders.MigrateAsync(source, order, stopping);
            _orders.WithLabels(order.Reason, result.IsTaken ? "taken" : "refused").Inc();
            if (result.Error is { } error)
            {
                LogRefused(logger, order.Order, source.Id, order.Destination.Id, error.Message);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {Order} to move from {Source} to {Destination} was not taken: {Reason}")]
    private static partial void LogRefused(ILogger logger, string order, string source, string destination, string reason);
}
