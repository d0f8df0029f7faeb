using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Worker.Engine;

/// <summary>The engine's figures at <c>/metrics</c>, read from its status when somebody scrapes.</summary>
internal static class EngineMetrics
{
    /// <summary>Registers the engine's gauges and counters.</summary>
    public static void Register(CollectorRegistry registry, EngineLoop engine, IModelRunner runner)
    {
        IMetricFactory metrics = Metrics.WithCustomRegistry(registry);
        Gauge used = metrics.CreateGauge(MetricNames.KvBlocksUsed, "KV blocks held by sequences.");
        Gauge total = metrics.CreateGauge(MetricNames.KvBlocksTotal, "KV blocks of the pool.");
        Gauge running = metrics.CreateGauge(MetricNames.RequestsRunning, "Requests with a sequence in the fused batch.");
        Gauge waiting = metrics.CreateGauge(MetricNames.RequestsWaiting, "Requests that wait for KV blocks or a place.");
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
            steps.IncTo(status.Steps);
            products.IncTo(runner.DenseProducts);
            prompt.IncTo(status.PromptTokens);
            generated.IncTo(status.GeneratedTokens);
        });
    }
}
