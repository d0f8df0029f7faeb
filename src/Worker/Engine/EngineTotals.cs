namespace Godwit.Worker.Engine;

/// <summary>What an engine had done at a moment.</summary>
/// <param name="Steps">Fused forward passes.</param>
/// <param name="PromptTokens">Prompt tokens computed.</param>
/// <param name="GeneratedTokens">Tokens sampled.</param>
/// <param name="Preemptions">Sequences that gave their blocks back to others.</param>
/// <param name="RecomputedTokens">Tokens computed again after a preemption.</param>
/// <param name="PrefixHits">Admissions that found a part of their tokens in the prefix cache.</param>
/// <param name="PrefixQueryTokens">Tokens that were looked for in the prefix cache.</param>
/// <param name="PrefixHitTokens">Tokens that the prefix cache spared.</param>
/// <param name="DraftTokens">Drafts computed.</param>
/// <param name="AcceptedTokens">Drafts that were sampled then.</param>
/// <param name="Copies">KV blocks copied because others saw them.</param>
/// <param name="Evictions">Cached KV blocks given to a new content.</param>
internal readonly record struct EngineTotals(
    long Steps,
    long PromptTokens,
    long GeneratedTokens,
    long Preemptions,
    long RecomputedTokens,
    long PrefixHits,
    long PrefixQueryTokens,
    long PrefixHitTokens,
    long DraftTokens,
    long AcceptedTokens,
    long Copies,
    long Evictions);
