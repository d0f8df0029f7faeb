using System.Threading.Channels;

namespace Godwit.Scheduler.Decisions;

/// <summary>Decisions on their way to whoever logs them. Deciding never waits for logging: the oldest are dropped.</summary>
internal sealed class DecisionFeed
{
    private const int Capacity = 1024;

    private readonly Channel<Decision> _channel = Channel.CreateBounded<Decision>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Where they come out.</summary>
    public ChannelReader<Decision> Reader => _channel.Reader;

    /// <summary>Puts one in.</summary>
    public void Publish(Decision decision) => _channel.Writer.TryWrite(decision);
}
