using System.Threading.Channels;

namespace Godwit.Worker.Engine;

/// <summary>A request inside the engine: its sequences and the channel to its submitter. Owned by the engine's thread.</summary>
internal sealed class EngineRequest
{
    private readonly ChannelWriter<SequenceOutput> _outputs;
    private volatile int _cachedTokens;

    /// <param name="id">Request id.</param>
    /// <param name="priority">Scheduling priority, lower is sooner.</param>
    /// <param name="leaders">The first choice of each prompt, with its siblings.</param>
    /// <param name="outputs">Where the outputs of all choices go.</param>
    public EngineRequest(string id, int priority, IReadOnlyList<Sequence> leaders, ChannelWriter<SequenceOutput> outputs)
    {
        Id = id;
        Priority = priority;
        Leaders = leaders;
        _outputs = outputs;
        foreach (Sequence sequence in leaders.Concat(leaders.SelectMany(leader => leader.Siblings ?? [])))
        {
            sequence.Request = this;
            Open++;
        }
    }

    /// <summary>Request id.</summary>
    public string Id { get; }

    /// <summary>Scheduling priority, lower is sooner.</summary>
    public int Priority { get; }

    /// <summary>The first choice of each prompt.</summary>
    public IReadOnlyList<Sequence> Leaders { get; }

    /// <summary>Choices that are not over.</summary>
    public int Open { get; set; }

    /// <summary>Choices that run.</summary>
    public int Running { get; set; }

    /// <summary>Set when the submitter left.</summary>
    public bool Cancelled { get; set; }

    /// <summary>Prompt tokens that the prefix cache spared; final when the first choice of each prompt has begun. Read by any thread.</summary>
    public int CachedTokens
    {
        get => _cachedTokens;
        set => _cachedTokens = value;
    }

    /// <summary>Ends the channel: after the last choice, on cancellation, or with an error.</summary>
    public void Complete(Exception? error = null) => _outputs.TryComplete(error);
}
