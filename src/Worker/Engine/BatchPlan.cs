using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>One fused forward pass: all that a model runner sees of the engine. Rows are tokens, in the order of the sequences.</summary>
/// <param name="Sequences">The sequences of this step, each at its own position.</param>
/// <param name="Copies">KV blocks to copy before anything is computed, in this order.</param>
internal sealed record BatchPlan(IReadOnlyList<PlannedSequence> Sequences, IReadOnlyList<BlockCopy> Copies)
{
    /// <summary>Tokens computed in this step.</summary>
    public int Rows { get; } = Sequences.Sum(s => s.Tokens.Length);

    /// <summary>Rows whose logits are wanted.</summary>
    public int LogitsRows { get; } = Sequences.Sum(s => s.LogitsRows);

    /// <summary>Rows whose hidden states are wanted.</summary>
    public int HiddenRows { get; } = Sequences.Sum(s => s.WantsHidden ? s.Tokens.Length : 0);
}
