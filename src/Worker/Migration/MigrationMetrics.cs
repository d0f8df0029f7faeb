using Godwit.Contracts.Diagnostics;
using Godwit.Worker.Protocol;
using Prometheus;

namespace Godwit.Worker.Migration;

/// <summary>What becomes of moves, at <c>/metrics</c>.</summary>
internal sealed class MigrationMetrics
{
    private readonly Counter _moves;
    private readonly Counter _bytes;
    private readonly Counter _stages;
    private readonly Histogram _downtime;

    /// <param name="registry">The host's registry.</param>
    public MigrationMetrics(CollectorRegistry registry)
    {
        IMetricFactory metrics = Metrics.WithCustomRegistry(registry);
        _moves = metrics.CreateCounter(MetricNames.Migrations, "Attempts to move a request away, by how they ended.", ["outcome"]);
        _bytes = metrics.CreateCounter(MetricNames.MigrationBytes, "Bytes sent to move requests away.");
        _stages = metrics.CreateCounter(MetricNames.MigrationStages, "Stages of copying, the last of a move included.");
        _downtime = metrics.CreateHistogram(
            MetricNames.MigrationDowntime,
            "Seconds from the arrival of a moved request's last state to its first token here.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 2, 14) });
    }

    /// <summary>A move away is over.</summary>
    public void Over(MoveOutcome outcome) => _moves.WithLabels(outcome.ToString().ToLowerInvariant()).Inc();

    /// <summary>Bytes were sent.</summary>
    public void Sent(long bytes) => _bytes.Inc(bytes);

    /// <summary>A stage was sent.</summary>
    public void Stage() => _stages.Inc();

    /// <summary>A moved request has its first token here.</summary>
    public void WentOn(TimeSpan downtime) => _downtime.Observe(downtime.TotalSeconds);
}
