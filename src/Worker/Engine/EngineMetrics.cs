using Godwit.Contracts.Diagnostics;
using Godwit.Worker.KvCache;
using Prometheus;

namespace Godwit.Worker.Engine;

/// <summary>The engine's figures at <c>/metrics</c>, read from its status when somebody scrapes.</summary>
internal static class EngineMetrics
{
    /// <summary>Makes the engine's metrics, with the labels that vLLM's have.</summary>
    public static IMetricFactory FactoryOf(CollectorRegistry registry, string model) => Metrics.WithCustomRegistry(registry)
        .WithLabels(new Dictionary<string, string> { ["model_name"] = model, ["engine"] = "0" });

    /// <summary>Registers the engine's gauges and counters.</summary>
    public static void Register(
        CollectorRegistry registry, IMetricFactory metrics, EngineLoop engine, IModelRunner runner, EngineOptions options)
    {
        metrics.CreateGauge(
            MetricNames.CacheConfig, "Configuration of the KV cache.", ["block_size", "num_gpu_blocks", "enable_prefix_caching"])
            .WithLabels(KvBlock.Tokens.ToString(), runner.KvBlocks.ToString(), options.PrefixCaching.ToString())
            .Set(1);
        Gauge usage = metrics.CreateGauge(MetricNames.KvUsage, "KV blocks held by sequences, as a share of all.");
        Counter queries = metrics.CreateCounter(MetricNames.PrefixQueryTokens, "Tokens that were looked for in the prefix cache.");
        Gauge used = metrics.CreateGauge(MetricNames.KvBlocksUsed, "KV blocks held by sequences.");
        Gauge total = metrics.CreateGauge(MetricNames.KvBlocksTotal, "KV blocks of the pool.");
        Gauge cached = metrics.CreateGauge(MetricNames.KvBlocksCached, "KV blocks that nobody holds, kept by the prefix cache.");
        Gauge running = metrics.CreateGauge(MetricNames.RequestsRunning, "Requests with a sequence in the fused batch.");
        Gauge waiting = metrics.CreateGauge(MetricNames.RequestsWaiting, "Requests that wait for KV blocks or a place.");
        Counter steps = metrics.CreateCounter(MetricNames.EngineSteps, "Fused forward passes run.");
        Counter products = metrics.CreateCounter(MetricNames.DenseProducts, "Dense matrix products run.");
        Counter prompt = metrics.CreateCounter(MetricNames.PromptTokens, "Prompt tokens computed.");
        Counter generated = metrics.CreateCounter(MetricNames.GeneratedTokens, "Tokens sampled.");
        Counter preemptions = metrics.CreateCounter(MetricNames.Preemptions, "Sequences that gave their KV blocks back to others.");
        Counter recomputed = metrics.CreateCounter(MetricNames.RecomputedTokens, "Tokens computed again after a preemption.");
        Counter hits = metrics.CreateCounter(MetricNames.PrefixHitTokens, "Tokens that the prefix cache spared.");
        Counter drafts = metrics.CreateCounter(MetricNames.DraftTokens, "Drafts of next tokens computed.");
        Counter accepted = metrics.CreateCounter(MetricNames.AcceptedTokens, "Drafts that were sampled then.");
        Counter copies = metrics.CreateCounter(MetricNames.BlockCopies, "KV blocks copied because others saw them.");
        Counter evictions = metrics.CreateCounter(MetricNames.BlockEvictions, "Cached KV blocks given to a new content.");
        registry.AddBeforeCollectCallback(() =>
        {
            EngineStatus status = engine.Status;
            usage.Set((double)status.KvBlocksUsed / status.KvBlocksTotal);
            queries.IncTo(status.Totals.PrefixQueryTokens);
            used.Set(status.KvBlocksUsed);
            total.Set(status.KvBlocksTotal);
            cached.Set(status.KvBlocksCached);
            running.Set(status.RequestsRunning);
            waiting.Set(status.RequestsWaiting);
            steps.IncTo(status.Totals.Steps);
            products.IncTo(runner.DenseProducts);
            prompt.IncTo(status.Totals.PromptTokens);
            generated.IncTo(status.Totals.GeneratedTokens);
            preemptions.IncTo(status.Totals.Preemptions);
            recomputed.IncTo(status.Totals.RecomputedTokens);
            hits.IncTo(status.Totals.PrefixHitTokens);
            drafts.IncTo(status.Totals.DraftTokens);
            accepted.IncTo(status.Totals.AcceptedTokens);
            copies.IncTo(status.Totals.Copies);
            evictions.IncTo(status.Totals.Evictions);
        });
    }
}
