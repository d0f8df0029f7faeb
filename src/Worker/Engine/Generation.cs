using System.Threading.Channels;

namespace Godwit.Worker.Engine;

/// <summary>
/// A request inside the engine, as its submitter sees it. <see cref="Outputs"/> completes after every choice finished, and fails with
/// <see cref="EngineFaultedException"/> if the engine broke. Disposing it before that cancels: the blocks are free within one step.
/// </summary>
internal sealed class Generation(ChannelReader<SequenceOutput> outputs, Func<int> cachedTokens, Action cancel) : IDisposable
{
    /// <summary>The outputs of all choices, in the order they came about; bounded by the tokens of the request.</summary>
    public ChannelReader<SequenceOutput> Outputs { get; } = outputs;

    /// <summary>Prompt tokens that the prefix cache spared; final when every choice has an output.</summary>
    public int CachedTokens => cachedTokens();

    /// <summary>Computes nothing more of it until <see cref="Continue"/>: its reader does not keep up.</summary>
    public void Pause() => throw new NotSupportedException();

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Continue() => throw new NotSupportedException();

    /// <summary>Cancels what still runs; harmless when nothing does, or when called twice.</summary>
    public void Dispose() => cancel();
}
