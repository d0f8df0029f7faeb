using System.Threading.Channels;
using Godwit.Worker.Engine.Transfer;

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
    /// <param name="settled">Choices that were over before the engine got them.</param>
    public EngineRequest(
        string id,
        int priority,
        IReadOnlyList<Sequence> leaders,
        ChannelWriter<SequenceOutput> outputs,
        IReadOnlyList<Sequence>? settled = null)
    {
        Id = id;
        Priority = priority;
        Leaders = leaders;
        _outputs = outputs;
        List<Sequence> open = [.. leaders.Concat(leaders.SelectMany(leader => leader.Siblings ?? []))];
        Open = open.Count;
        Choices = [.. open.Concat(settled ?? []).OrderBy(choice => choice.Choice)];
        foreach (Sequence choice in Choices)
        {
            choice.Request = this;
        }
    }

    /// <summary>Request id.</summary>
    public string Id { get; }

    /// <summary>Scheduling priority, lower is sooner.</summary>
    public int Priority { get; }

    /// <summary>The first choice of each prompt.</summary>
    public IReadOnlyList<Sequence> Leaders { get; }

    /// <summary>All choices by index.</summary>
    public IReadOnlyList<Sequence> Choices { get; }

    /// <summary>Nothing else may run beside it.</summary>
    public bool Alone { get; init; }

    /// <summary>It began elsewhere, where its arrival and its first token were seen.</summary>
    public bool HasBegunElsewhere { get; init; }

    /// <summary>Choices that are not over.</summary>
    public int Open { get; set; }

    /// <summary>Choices that run.</summary>
    public int Running { get; set; }

    /// <summary>The batch has it: in its midst, in its queue, or parked.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Set while it is parked.</summary>
    public ParkedRequest? Parked { get; set; }

    /// <summary>Nothing of it is computed for now, because its reader does not keep up.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Set when the submitter left.</summary>
    public bool Cancelled { get; set; }

    /// <summary>
    /// Whether its sequences can be taken out and go on elsewhere: none has anything to report but what it samples, and all prompts are
    /// computed, so that every choice stands for itself.
    /// </summary>
    public bool IsMovable => !Alone && Choices.All(choice => choice.IsMovable)
        && Leaders.All(leader => leader.Siblings is null && leader.Generated > 0);

    /// <summary>Prompt tokens that the prefix cache spared; final when the first choice of each prompt has begun. Read by any thread.</summary>
    public int CachedTokens
    {
        get => _cachedTokens;
        set => _cachedTokens = value;
    }

    /// <summary>Ends the channel: after the last choice, on cancellation, or with an error.</summary>
    public void Complete(Exception? error = null) => _outputs.TryComplete(error);
}
