using System.Threading.Channels;

namespace Godwit.Worker.Engine;

/// <summary>
/// A request inside the engine, as its submitter sees it. <see cref="Outputs"/> completes after every choice finished, and fails with
/// <see cref="EngineFaultedException"/> if the engine broke. Disposing it before that cancels: the blocks are free within one step.
/// </summary>
/// <param name="outputs">The outputs of all choices.</param>
/// <param name="cachedTokens">Prompt tokens that the prefix cache spared so far.</param>
/// <param name="cancel">Cancels what still runs.</param>
/// <param name="pause">Computes nothing more of it (true), or goes on (false).</param>
internal sealed class Generation(
    ChannelReader<SequenceOutput> outputs, Func<int> cachedTokens, Action cancel, Action<bool>? pause = null) : IDisposable
{
    /// <summary>The outputs of all choices, in the order they came about; bounded by the tokens of the request.</summary>
    public ChannelReader<SequenceOutput> Outputs { get; } = outputs;

    /// <summary>Prompt tokens that the prefix cache spared; final when every choice has an output.</summary>
    public int CachedTokens => cachedTokens();

    /// <summary>The request inside the engine.</summary>
    internal EngineRequest? Request { get; init; }

    /// <summary>
    /// Computes nothing more of it until <see cref="Continue"/>: its reader does not keep up. It keeps its blocks as long as nobody more
    /// urgent needs them.
    /// </summary>
    public void Pause() => pause?.Invoke(true);

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Continue() => pause?.Invoke(false);

    /// <summary>Cancels what still runs; harmless when nothing does, or when called twice.</summary>
    public void Dispose() => cancel();
}
