using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Worker.Engine;

/// <summary>The engine's figures at <c>/metrics</c>, read from its status when somebody scrapes.</summary>
internal static class EngineMetrics
{
    /// <summary>Registers the engine's gauges and counters, under Godwit's names and those that vLLM's dashboards know.</summary>
    public static void Register(CollectorRegistry registry, EngineLoop engine, IModelRunner runner, string model)
    {
        IMetricFactory metrics = Metrics.WithCustomRegistry(registry);
        IMetricFactory vllm = metrics.WithLabels(new Dictionary<string, string> { ["model_name"] = model });
        Gauge used = metrics.CreateGauge(MetricNames.KvBlocksUsed, "KV blocks held by sequences.");
        Gauge total = metrics.CreateGauge(MetricNames.KvBlocksTotal, "KV blocks of the pool.");
        Gauge running = metrics.CreateGauge(MetricNames.RequestsRunning, "Requests with a sequence in the fused batch.");
        Gauge waiting = metrics.CreateGauge(MetricNames.RequestsWaiting, "Requests that wait for KV blocks or a place.");
        Gauge vllmRunning = vllm.CreateGauge("vllm:num_requests_running", "Requests in the fused batch.");
        Gauge vllmWaiting = vllm.CreateGauge("vllm:num_requests_waiting", "Requests that wait.");
        Gauge vllmUsage = vllm.CreateGauge("vllm:kv_cache_usage_perc", "Share of the KV blocks in use, 0 to 1.");
        Counter steps = metrics.CreateCounter(MetricNames.EngineSteps, "Fused forward passes run.");
        Counter products = metrics.CreateCounter(MetricNames.DenseProducts, "Dense matrix products run.");
        Counter prompt = metrics.CreateCounter(MetricNames.PromptTokens, "Prompt tokens computed.");
        Counter generated = metrics.CreateCounter(MetricNames.GeneratedTokens, "Tokens sampled.");
        registry.AddBeforeCollectCallback(() =>
        {
            EngineStatus status = engine.Status;
            used.Set(status.KvBlocksUsed);
            total.Set(status.KvBlocksTotal);
            running.Set(status.RequestsRunning);
            waiting.Set(status.RequestsWaiting);
            vllmRunning.Set(status.RequestsRunning);
            vllmWaiting.Set(status.RequestsWaiting);
            vllmUsage.Set((double)status.KvBlocksUsed / status.KvBlocksTotal);
            steps.IncTo(status.Steps);
            products.IncTo(runner.DenseProducts);
            prompt.IncTo(status.PromptTokens);
            generated.IncTo(status.GeneratedTokens);
        });
    }
}
