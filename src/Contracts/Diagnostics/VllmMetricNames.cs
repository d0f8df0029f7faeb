using System.Collections.Frozen;

namespace Godwit.Contracts.Diagnostics;

/// <summary>
/// vLLM's names of the engine's figures, which dashboards and routers look for: <c>/metrics</c> has these figures under both names
/// (docs/decisions/0013-vllm-metric-names.md).
/// </summary>
public static class VllmMetricNames
{
    /// <summary>Our name → vLLM's.</summary>
    public static FrozenDictionary<string, string> ByName { get; } = new Dictionary<string, string>
    {
        [MetricNames.RequestsRunning] = "vllm:num_requests_running",
        [MetricNames.RequestsWaiting] = "vllm:num_requests_waiting",
        [MetricNames.KvUsage] = "vllm:kv_cache_usage_perc",
        [MetricNames.CacheConfig] = "vllm:cache_config_info",
        [MetricNames.PrefilledTokens] = "vllm:prompt_tokens_total",
        [MetricNames.GeneratedTokens] = "vllm:generation_tokens_total",
        [MetricNames.SequencesFinished] = "vllm:request_success_total",
        [MetricNames.Preemptions] = "vllm:num_preemptions_total",
        [MetricNames.PrefixQueryTokens] = "vllm:prefix_cache_queries_total",
        [MetricNames.PrefixHitTokens] = "vllm:prefix_cache_hits_total",
        [MetricNames.DraftTokens] = "vllm:spec_decode_num_draft_tokens_total",
        [MetricNames.AcceptedTokens] = "vllm:spec_decode_num_accepted_tokens_total",
        [MetricNames.TimeToFirstToken] = "vllm:time_to_first_token_seconds",
        [MetricNames.InterTokenLatency] = "vllm:inter_token_latency_seconds",
        [MetricNames.TimePerOutputToken] = "vllm:request_time_per_output_token_seconds",
        [MetricNames.Latency] = "vllm:e2e_request_latency_seconds",
        [MetricNames.QueueTime] = "vllm:request_queue_time_seconds",
        [MetricNames.PrefillTime] = "vllm:request_prefill_time_seconds",
        [MetricNames.DecodeTime] = "vllm:request_decode_time_seconds",
        [MetricNames.InferenceTime] = "vllm:request_inference_time_seconds",
        [MetricNames.RequestPromptTokens] = "vllm:request_prompt_tokens",
        [MetricNames.RequestGenerationTokens] = "vllm:request_generation_tokens",
        [MetricNames.RequestChoices] = "vllm:request_params_n",
        [MetricNames.RequestMaxTokens] = "vllm:request_params_max_tokens",
        [MetricNames.StepTokens] = "vllm:iteration_tokens_total",
    }.ToFrozenDictionary();
}
