using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.OpenAI;
using Prometheus;

namespace Godwit.Router.Selection;

/// <summary>Counts selections. Labels are names of experts, reasons and error codes: few, whatever clients send.</summary>
internal sealed class SelectMetrics
{
    private readonly TimeProvider _time;
    private readonly Counter _selections;
    private readonly Counter _refusals;
    private readonly Counter _unknownFlags;
    private readonly Histogram _seconds;

    public SelectMetrics(IMetricFactory metrics, TimeProvider time)
    {
        _time = time;
        _selections = metrics.CreateCounter(MetricNames.RouterSelections, "Experts chosen, by model and reason.", ["model", "reason"]);
        _refusals = metrics.CreateCounter(MetricNames.RouterRefusals, "Selections refused, by error code.", ["code"]);
        _unknownFlags = metrics.CreateCounter(MetricNames.RouterUnknownFlags, "Flags in prompts that say nothing known.");
        _seconds = metrics.CreateHistogram(
            MetricNames.RouterSelectTime,
            "Seconds that a selection took, reading the call and writing the answer left out.",
            new HistogramConfiguration
            {
                Buckets = [0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
            });
    }

    /// <summary>A selection begins; give the result to <see cref="End"/>.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <summary>It has ended.</summary>
    public void End(long start, SelectionOutcome outcome)
    {
        _seconds.Observe(_time.GetElapsedTime(start).TotalSeconds);
        if (outcome.Response is { } response)
        {
            _selections.WithLabels(response.Model, response.Reason).Inc();
            _unknownFlags.Inc(response.Flags.Unknown.Count);
        }
        else
        {
            _refusals.WithLabels(outcome.Error?.Code ?? ApiErrorCodes.InternalError).Inc();
        }
    }
}
