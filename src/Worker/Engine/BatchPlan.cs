using System.Runtime.InteropServices;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>
/// One fused forward pass: all that a model runner sees of the engine. Rows are tokens, in the order of the sequences. An engine makes
/// every plan in the memory of the one before: a runner keeps nothing of it beyond its step.
/// </summary>
internal sealed class BatchPlan
{
    private readonly List<PlannedSequence> _sequences = [];
    private readonly List<BlockCopy> _copies = [];

    /// <summary>An empty plan.</summary>
    public BatchPlan()
    {
    }

    /// <summary>A plan of these sequences and copies.</summary>
    public BatchPlan(IEnumerable<PlannedSequence> sequences, IEnumerable<BlockCopy> copies)
    {
        foreach (PlannedSequence sequence in sequences)
        {
            Add(sequence);
        }

        _copies.AddRange(copies);
    }

    /// <summary>The sequences of this step, each at its own position.</summary>
    public ReadOnlySpan<PlannedSequence> Sequences => CollectionsMarshal.AsSpan(_sequences);

    /// <summary>KV blocks to copy before anything is computed, in this order.</summary>
    public ReadOnlySpan<BlockCopy> Copies => CollectionsMarshal.AsSpan(_copies);

    /// <summary>Tokens computed in this step.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows whose logits are wanted.</summary>
    public int LogitsRows { get; private set; }

    /// <summary>Rows whose hidden states are wanted.</summary>
    public int HiddenRows { get; private set; }

    /// <summary>Begins the plan of another step.</summary>
    public void Clear()
    {
        _sequences.Clear();
        _copies.Clear();
        Rows = LogitsRows = HiddenRows = 0;
    }

    /// <summary>Adds a sequence.</summary>
    public void Add(PlannedSequence sequence)
    {
        _sequences.Add(sequence);
        Rows += sequence.Tokens.Length;
        LogitsRows += sequence.LogitsRows;
        HiddenRows += sequence.WantsHidden ? sequence.Tokens.Length : 0;
    }

    /// <summary>Adds a copy, if one is needed.</summary>
    public void Add(BlockCopy? copy)
    {
        if (copy is { } needed)
        {
            _copies.Add(needed);
        }
    }
}
