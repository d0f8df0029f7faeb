namespace Godwit.Worker.Engine;

/// <summary>What one sequence contributes to a step: a decode is one token, a prefill chunk several.</summary>
/// <param name="Tokens">Token ids to compute.</param>
/// <param name="Start">Position of the first of them; everything before it is in the KV cache.</param>
/// <param name="BlockTable">KV blocks of the sequence, in order; position p lies in block p / 16.</param>
/// <param name="LogitsRows">The last so many of the tokens want logits: 0 none, 1 to sample the next, more to score a prompt.</param>
/// <param name="WantsHidden">Whether the hidden states of all its tokens are wanted, for embeddings.</param>
internal readonly record struct PlannedSequence(
    ReadOnlyMemory<int> Tokens, int Start, ReadOnlyMemory<int> BlockTable, int LogitsRows, bool WantsHidden = false);
