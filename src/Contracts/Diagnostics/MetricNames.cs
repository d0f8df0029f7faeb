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

    /// <summary>Counter: drafts of next tokens computed.</summary>
    public const string DraftTokens = "godwit_draft_tokens_total";

    /// <summary>Counter: drafts that were sampled then.</summary>
    public const string AcceptedTokens = "godwit_accepted_draft_tokens_total";

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

    /// <summary>Gauge: KV blocks held by sequences, as a share of all.</summary>
    public const string KvUsage = "godwit_kv_cache_usage_ratio";

    /// <summary>Gauge: always 1; its labels are the KV cache's configuration.</summary>
    public const string CacheConfig = "godwit_cache_config_info";

    /// <summary>Counter: tokens of prompts whose prefill is done, cached ones included.</summary>
    public const string PrefilledTokens = "godwit_prefilled_tokens_total";

    /// <summary>Counter: tokens that were looked for in the prefix cache.</summary>
    public const string PrefixQueryTokens = "godwit_prefix_cache_query_tokens_total";

    /// <summary>Counter: choices that ended, by reason.</summary>
    public const string SequencesFinished = "godwit_sequences_finished_total";

    /// <summary>Histogram: seconds from a request's arrival to the first token of a choice.</summary>
    public const string TimeToFirstToken = "godwit_time_to_first_token_seconds";

    /// <summary>Histogram: seconds between two tokens of a choice.</summary>
    public const string InterTokenLatency = "godwit_inter_token_latency_seconds";

    /// <summary>Histogram: mean seconds per token of a choice after its first.</summary>
    public const string TimePerOutputToken = "godwit_request_time_per_output_token_seconds";

    /// <summary>Histogram: seconds from a request's arrival to the end of a choice.</summary>
    public const string Latency = "godwit_e2e_request_latency_seconds";

    /// <summary>Histogram: seconds that a choice waited to begin.</summary>
    public const string QueueTime = "godwit_request_queue_time_seconds";

    /// <summary>Histogram: seconds from a choice's begin to its first token.</summary>
    public const string PrefillTime = "godwit_request_prefill_time_seconds";

    /// <summary>Histogram: seconds from a choice's first token to its last.</summary>
    public const string DecodeTime = "godwit_request_decode_time_seconds";

    /// <summary>Histogram: seconds from a choice's begin to its end.</summary>
    public const string InferenceTime = "godwit_request_inference_time_seconds";

    /// <summary>Histogram: tokens of a choice's prompt.</summary>
    public const string RequestPromptTokens = "godwit_request_prompt_tokens";

    /// <summary>Histogram: tokens sampled for a choice.</summary>
    public const string RequestGenerationTokens = "godwit_request_generation_tokens";

    /// <summary>Histogram: choices per prompt that a request asked for.</summary>
    public const string RequestChoices = "godwit_request_params_n";

    /// <summary>Histogram: the most tokens per choice that a request asked for.</summary>
    public const string RequestMaxTokens = "godwit_request_params_max_tokens";

    /// <summary>Histogram: tokens computed by a step.</summary>
    public const string StepTokens = "godwit_iteration_tokens";

    /// <summary>Counter: attempts to move a request away from a worker, by how they ended.</summary>
    public const string Migrations = "godwit_migrations_total";

    /// <summary>Counter: bytes that a worker sent to move requests away.</summary>
    public const string MigrationBytes = "godwit_migration_bytes_total";

    /// <summary>Counter: stages of copying that a worker sent, the last one of each move included.</summary>
    public const string MigrationStages = "godwit_migration_stages_total";

    /// <summary>Histogram: seconds from the arrival of a moved request's last state to its first token at its new worker.</summary>
    public const string MigrationDowntime = "godwit_migration_downtime_seconds";

    /// <summary>Gauge: living instances known, by model.</summary>
    public const string Instances = "godwit_instances";

    /// <summary>Counter: dispatch decisions, by outcome.</summary>
    public const string Dispatches = "godwit_dispatches_total";

    /// <summary>Counter: requests answered by the gateway, by endpoint and status.</summary>
    public const string GatewayRequests = "godwit_gateway_requests_total";

    /// <summary>Counter: requests that their worker offered to another, by outcome.</summary>
    public const string Moves = "godwit_gateway_moves_total";

    /// <summary>Counter: requests that went on elsewhere after their worker failed.</summary>
    public const string Recoveries = "godwit_gateway_recoveries_total";

    /// <summary>Counter: requests given up because worker after worker failed with them.</summary>
    public const string PoisonedRequests = "godwit_gateway_poisoned_requests_total";

    /// <summary>Gauge: epoch under which this Scheduler leads; 0 when it does not.</summary>
    public const string LeaderEpoch = "godwit_scheduler_leader_epoch";

    /// <summary>Counter: decisions that did not get into the log in Redis.</summary>
    public const string DecisionsDropped = "godwit_decisions_dropped_total";

    /// <summary>Counter: orders to move requests, by reason and outcome.</summary>
    public const string MigrationOrders = "godwit_migration_orders_total";

    /// <summary>Gauge: average freeness of a model's instances.</summary>
    public const string AverageFreeness = "godwit_average_freeness";

    /// <summary>Gauge: instances of a model that should be added, or below zero taken away.</summary>
    public const string ScalingAdvice = "godwit_scaling_advice";

    /// <summary>Counter: requests for which a model was chosen, by model and reason.</summary>
    public const string Selections = "godwit_selection_requests_total";

    /// <summary>Histogram: seconds that requests waited for the Router.</summary>
    public const string SelectionTime = "godwit_selection_seconds";

    /// <summary>Counter: chosen models that had no capacity, so that the next one was asked.</summary>
    public const string SelectionFallbacks = "godwit_selection_fallbacks_total";

    /// <summary>Counter: flags, goals and fields of the choice that were not known.</summary>
    public const string SelectionUnknown = "godwit_selection_unknown_total";

    /// <summary>Gauge: 1 while the Router answers, else 0.</summary>
    public const string SelectionRouterUp = "godwit_selection_router_up";

    /// <summary>Counter: experts chosen, by model and reason.</summary>
    public const string RouterSelections = "godwit_router_selections_total";

    /// <summary>Counter: selections refused, by error code.</summary>
    public const string RouterRefusals = "godwit_router_refusals_total";

    /// <summary>Histogram: seconds that a selection took, reading the call and writing the answer left out.</summary>
    public const string RouterSelectTime = "godwit_router_select_seconds";

    /// <summary>Counter: flags in prompts that say nothing known.</summary>
    public const string RouterUnknownFlags = "godwit_router_unknown_flags_total";

    /// <summary>Counter: router files read, by outcome.</summary>
    public const string RouterFiles = "godwit_router_files_total";

    /// <summary>Gauge: 1 when a router file is in force.</summary>
    public const string RouterLoaded = "godwit_router_loaded";
}
