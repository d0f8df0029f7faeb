using System.Threading.Channels;

namespace Godwit.Worker.Engine;

/// <summary>A request inside the engine: its sequences and the channel to its submitter. Owned by the engine's thread.</summary>
internal sealed class EngineRequest(string id, IReadOnlyList<Sequence> sequences, ChannelWriter<SequenceOutput> outputs)
{
    /// <summary>Request id.</summary>
    public string Id { get; } = id;

    /// <summary>Its choices.</summary>
    public IReadOnlyList<Sequence> Sequences { get; } = sequences;

    /// <summary>Choices that are not over.</summary>
    public int Open { get; set; } = sequences.Count;

    /// <summary>Choices that run.</summary>
    public int Running { get; set; }

    /// <summary>Set when the submitter left.</summary>
    public bool Cancelled { get; set; }

    /// <summary>Ends the channel: after the last choice, on cancellation, or with the engine's fault.</summary>
    public void Complete(Exception? error = null) => outputs.TryComplete(error);
}
