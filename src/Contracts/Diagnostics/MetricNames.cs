namespace Godwit.Contracts.Diagnostics;

/// <summary>Names of the metrics that Godwit exposes at <c>/metrics</c>.</summary>
public static class MetricNames
{
    /// <summary>Gauge: KV blocks held by sequences.</summary>
    public const string KvBlocksUsed = "godwit_kv_blocks_used";

    /// <summary>Gauge: KV blocks of the pool.</summary>
    public const string KvBlocksTotal = "godwit_kv_blocks_total";

    /// <summary>Gauge: KV blocks that nobody holds, kept by the prefix cache.</summary>
    public const string KvBlocksCached = "godwit_kv_blocks_cached";

    /// <summary>Counter: sequences that gave their KV blocks back to others.</summary>
    public const string Preemptions = "godwit_preemptions_total";

    /// <summary>Counter: tokens computed again after a preemption.</summary>
    public const string RecomputedTokens = "godwit_recomputed_tokens_total";

    /// <summary>Counter: tokens that the prefix cache spared.</summary>
    public const string PrefixHitTokens = "godwit_prefix_cache_hit_tokens_total";

    /// <summary>Counter: KV blocks copied because others saw them.</summary>
    public const string BlockCopies = "godwit_kv_block_copies_total";

    /// <summary>Counter: cached KV blocks given to a new content.</summary>
    public const string BlockEvictions = "godwit_kv_block_evictions_total";

    /// <summary>Gauge: requests with a sequence in the fused batch.</summary>
    public const string RequestsRunning = "godwit_requests_running";

    /// <summary>Gauge: requests that wait for blocks or a place in the batch.</summary>
    public const string RequestsWaiting = "godwit_requests_waiting";

    /// <summary>Counter: prompt tokens computed.</summary>
    public const string PromptTokens = "godwit_prompt_tokens_total";

    /// <summary>Counter: tokens generated.</summary>
    public const string GeneratedTokens = "godwit_generated_tokens_total";

    /// <summary>Counter: steps (fused forward passes) run.</summary>
    public const string EngineSteps = "godwit_engine_steps_total";

    /// <summary>Counter: dense matrix products run by the model runner.</summary>
    public const string DenseProducts = "godwit_dense_products_total";

    /// <summary>Gauge: living instances known, by model.</summary>
    public const string Instances = "godwit_instances";

    /// <summary>Counter: dispatch decisions, by outcome.</summary>
    public const string Dispatches = "godwit_dispatches_total";

    /// <summary>Counter: requests answered by the gateway, by endpoint and status.</summary>
    public const string GatewayRequests = "godwit_gateway_requests_total";
}
