using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Gateway.Selection;

/// <summary>Counts what models were chosen, and why. Names come from the registry and a closed list, never from a client.</summary>
internal sealed class SelectionMetrics(IMetricFactory metrics)
{
    private readonly Counter _requests = metrics.CreateCounter(
        MetricNames.Selections, "Requests for which a model was chosen, by model and reason.", ["model", "reason"]);

    private readonly Histogram _time = metrics.CreateHistogram(
        MetricNames.SelectionTime,
        "Seconds that requests waited for the Router.",
        new HistogramConfiguration { Buckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1] });

    private readonly Counter _fallbacks = metrics.CreateCounter(
        MetricNames.SelectionFallbacks, "Chosen models that had no capacity, so that the next one was asked.");

    private readonly Counter _unknown = metrics.CreateCounter(
        MetricNames.SelectionUnknown, "Flags, goals and fields of the choice that were not known.");

    private readonly Gauge _up = metrics.CreateGauge(MetricNames.SelectionRouterUp, "1 while the Router answers, else 0.");

    /// <summary>A request goes to a model.</summary>
    public void Selected(string model, string reason) => _requests.WithLabels(model, reason).Inc();

    /// <summary>The Router was asked.</summary>
    public void Asked(TimeSpan time) => _time.Observe(time.TotalSeconds);

    /// <summary>A model had no capacity.</summary>
    public void FellBack() => _fallbacks.Inc();

    /// <summary>Wishes were not understood.</summary>
    public void Unknown(int count) => _unknown.Inc(count);

    /// <summary>Whether the Router answers.</summary>
    public void RouterIs(bool up) => _up.Set(up ? 1 : 0);
}
