using System.Threading.Channels;
using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Scheduler.Decisions;

/// <summary>Decisions on their way to whoever logs them. Deciding never waits for logging: the oldest are dropped, and counted.</summary>
internal sealed class DecisionFeed
{
    private const int Capacity = 4096;
    private readonly Counter _dropped;
    private readonly Channel<Decision> _channel;

    public DecisionFeed(IMetricFactory metrics)
    {
        _dropped = metrics.CreateCounter(MetricNames.DecisionsDropped, "Decisions that did not get into the log in Redis.");
        _channel = Channel.CreateBounded<Decision>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Drop(1));
    }

    /// <summary>Where they come out.</summary>
    public ChannelReader<Decision> Reader => _channel.Reader;

    /// <summary>Puts one in.</summary>
    public void Publish(Decision decision) => _channel.Writer.TryWrite(decision);

    /// <summary>Counts some that were lost.</summary>
    public void Drop(int count) => _dropped.Inc(count);
}
