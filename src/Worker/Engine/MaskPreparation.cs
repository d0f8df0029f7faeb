namespace Godwit.Worker.Engine;

/// <summary>
/// Works out the masks of the sequences that a step samples under a constraint, on another thread while the forward pass runs. The
/// engine's thread takes what is left of them when the pass is over, so that it never waits for a busy thread pool.
/// </summary>
internal sealed class MaskPreparation : IThreadPoolWorkItem
{
    private readonly IReadOnlyList<Sequence> _sequences;
    private readonly object _done = new();
    private int _taken;
    private int _left;

    private MaskPreparation(IReadOnlyList<Sequence> sequences)
    {
        _sequences = sequences;
        _left = sequences.Count;
    }

    /// <summary>Begins; null when no sequence has a constraint.</summary>
    /// <param name="parts">The step. Nobody else touches the sequences that it samples before <see cref="Finish"/>.</param>
    public static MaskPreparation? Start(ReadOnlySpan<StepPart> parts)
    {
        List<Sequence>? constrained = null;
        foreach (StepPart part in parts)
        {
            if (part.Samples && part.Sequence.Constraint is not null)
            {
                (constrained ??= []).Add(part.Sequence);
            }
        }

        if (constrained is null)
        {
            return null;
        }

        var preparation = new MaskPreparation(constrained);
        ThreadPool.UnsafeQueueUserWorkItem(preparation, preferLocal: false);
        return preparation;
    }

    /// <summary>Returns when all masks are there.</summary>
    public void Finish()
    {
        Execute();
        lock (_done)
        {
            while (_left > 0)
            {
                Monitor.Wait(_done);
            }
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (int i = Take(); i < _sequences.Count; i = Take())
        {
            _sequences[i].PrepareMask();
            lock (_done)
            {
                _left--;
                Monitor.Pulse(_done);
            }
        }
    }

    private int Take() => Interlocked.Increment(ref _taken) - 1;
}
