using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Simulate;

/// <summary>What <c>godwit simulate</c> is asked for.</summary>
/// <param name="Policies">Names of the policies.</param>
/// <param name="Workload">Name of the workload.</param>
/// <param name="Seeds">Seeds; each policy runs once with each.</param>
/// <param name="Rates">Requests per second; empty: the workload's own.</param>
/// <param name="Engine">The engines.</param>
internal sealed record SimulateSettings(
    IReadOnlyList<string> Policies, string Workload, IReadOnlyList<long> Seeds, IReadOnlyList<double> Rates, EngineModel Engine)
{
    /// <summary>How many instances.</summary>
    public int Instances { get; init; } = 16;

    /// <summary>How many requests.</summary>
    public int Requests { get; init; } = 10_000;

    /// <summary>Coefficient of variation of the times between arrivals.</summary>
    public double Cv { get; init; } = 1;

    /// <summary>Share of the requests that are of high priority.</summary>
    public double HighShare { get; init; }

    /// <summary>Mark requests of high priority and treat them like all others.</summary>
    public bool IgnorePriorities { get; init; }

    /// <summary>Average freeness below which instances are added, and above which they are taken away; null: their number is fixed.</summary>
    public (double Low, double High)? Autoscale { get; init; }

    /// <summary>Seconds that a new instance needs to be ready.</summary>
    public double StartDelay { get; init; }

    /// <summary>Factor on lengths; null: the workload's own.</summary>
    public double? LengthScale { get; init; }

    /// <summary>Folder of the traces; null: the default.</summary>
    public string? Traces { get; init; }

    /// <summary>A trace to read instead of the workload's own; null: none.</summary>
    public string? Trace { get; init; }

    /// <summary>Milliseconds between heartbeats; 0: figures are always fresh.</summary>
    public double HeartbeatMs { get; init; } = 400;

    /// <summary>MB per second that a move copies.</summary>
    public double BandwidthMb { get; init; } = 2500;

    /// <summary>File that takes the decisions; null: none.</summary>
    public string? Log { get; init; }

    /// <summary>File that takes the curves; null: none.</summary>
    public string? Plot { get; init; }

    /// <summary>Measure how long decisions take.</summary>
    public bool DecisionTimes { get; init; }
}
