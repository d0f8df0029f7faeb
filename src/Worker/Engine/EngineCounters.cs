namespace Godwit.Worker.Engine;

/// <summary>What an engine has done since it started. Owned by the engine's thread.</summary>
internal sealed class EngineCounters
{
    /// <summary>Fused forward passes.</summary>
    public long Steps { get; set; }

    /// <summary>Prompt tokens computed.</summary>
    public long PromptTokens { get; set; }

    /// <summary>Tokens sampled.</summary>
    public long GeneratedTokens { get; set; }

    /// <summary>Sequences that gave their blocks back to others.</summary>
    public long Preemptions { get; set; }

    /// <summary>Tokens computed again after a preemption.</summary>
    public long RecomputedTokens { get; set; }

    /// <summary>Admissions that found a part of their tokens in the prefix cache.</summary>
    public long PrefixHits { get; set; }

    /// <summary>Tokens that were looked for in the prefix cache.</summary>
    public long PrefixQueryTokens { get; set; }

    /// <summary>Tokens that the prefix cache spared.</summary>
    public long PrefixHitTokens { get; set; }

    /// <summary>Drafts computed.</summary>
    public long DraftTokens { get; set; }

    /// <summary>Drafts that were sampled then, each of which spared a step.</summary>
    public long AcceptedTokens { get; set; }

    /// <summary>KV blocks copied because others saw them (copy-on-write).</summary>
    public long Copies { get; set; }

    /// <summary>These figures as they are now.</summary>
    public EngineTotals Snapshot(long evictions) => new(
        Steps,
        PromptTokens,
        GeneratedTokens,
        Preemptions,
        RecomputedTokens,
        PrefixHits,
        PrefixQueryTokens,
        PrefixHitTokens,
        DraftTokens,
        AcceptedTokens,
        Copies,
        evictions);
}
