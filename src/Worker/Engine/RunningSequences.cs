using System.Collections;

namespace Godwit.Worker.Engine;

/// <summary>Sequences with a place in the batch, most urgent first.</summary>
internal sealed class RunningSequences : IReadOnlyList<Sequence>
{
    private readonly List<Sequence> _sequences = [];

    /// <inheritdoc/>
    public int Count => _sequences.Count;

    /// <summary>Requests of which at least one sequence is here.</summary>
    public int Requests { get; private set; }

    /// <summary>Those of them whose priority is below 0.</summary>
    public int High { get; private set; }

    /// <inheritdoc/>
    public Sequence this[int index] => _sequences[index];

    /// <summary>Adds a sequence in its place.</summary>
    public void Add(Sequence sequence)
    {
        int index = _sequences.Count;
        while (index > 0 && sequence.Urgency.ComesBefore(_sequences[index - 1].Urgency))
        {
            index--;
        }

        _sequences.Insert(index, sequence);
        Requests += sequence.Request.Running++ == 0 ? 1 : 0;
        High += sequence.Priority < 0 ? 1 : 0;
    }

    /// <summary>Takes a sequence out, and its blocks from it.</summary>
    public void Remove(Sequence sequence)
    {
        TakeOut(sequence);
        sequence.Release();
    }

    /// <summary>Takes a sequence out; it keeps its blocks.</summary>
    public void TakeOut(Sequence sequence)
    {
        _sequences.Remove(sequence);
        High -= sequence.Priority < 0 ? 1 : 0;
        Requests -= --sequence.Request.Running == 0 ? 1 : 0;
    }

    /// <inheritdoc/>
    public IEnumerator<Sequence> GetEnumerator() => _sequences.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
