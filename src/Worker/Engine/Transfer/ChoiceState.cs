using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// How one choice of a request stands between two steps. Tokens and log-probabilities are views of memory that is never written again, so
/// that they may be kept and read by any thread, and cost nothing.
/// </summary>
/// <param name="Choice">Index of the choice within its request.</param>
/// <param name="Outputs">All tokens sampled so far, also those whose text is held back.</param>
/// <param name="Emitted">How many of them were in some <see cref="SequenceOutput"/>.</param>
/// <param name="LogprobsFrom">Index of the first output token whose log-probabilities are known here.</param>
/// <param name="Logprobs">Those of the output tokens from there on; empty when none were asked for.</param>
/// <param name="Computed">Tokens (prompt and output) whose K and V are in <paramref name="Blocks"/>; 0 while it waits.</param>
/// <param name="Blocks">
/// The KV blocks that hold them, in order; the last one may be partly filled, all others are full and never written again. Choices of one
/// request may share blocks: then they name the same ids.
/// </param>
/// <param name="Preemptions">How often it has given its blocks back so far. When that changes, so have its blocks.</param>
/// <param name="Finish">Set when it is over.</param>
internal sealed record ChoiceState(
    int Choice,
    ArraySegment<int> Outputs,
    int Emitted,
    int LogprobsFrom,
    ArraySegment<TokenLogprobs> Logprobs,
    int Computed,
    IReadOnlyList<int> Blocks,
    int Preemptions,
    FinishReason? Finish);
