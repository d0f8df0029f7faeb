using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Gateway.Forwarding;

/// <summary>Counts what happens to requests between their workers.</summary>
internal sealed class ForwardingMetrics(IMetricFactory metrics)
{
    private readonly Counter _moves = metrics.CreateCounter(
        MetricNames.Moves, "Requests that were offered to another instance, by outcome.", ["outcome"]);

    private readonly Counter _recoveries = metrics.CreateCounter(
        MetricNames.Recoveries, "Requests that went on elsewhere after their instance failed.");

    private readonly Counter _poisoned = metrics.CreateCounter(
        MetricNames.PoisonedRequests, "Requests that were given up because instance after instance failed with them.");

    /// <summary>The destination goes on.</summary>
    public void Moved() => _moves.WithLabels("moved").Inc();

    /// <summary>The destination did not; the source was asked to.</summary>
    public void Kept() => _moves.WithLabels("kept").Inc();

    /// <summary>Another instance goes on.</summary>
    public void Recovered() => _recoveries.Inc();

    /// <summary>A request was convicted.</summary>
    public void Poisoned() => _poisoned.Inc();
}
