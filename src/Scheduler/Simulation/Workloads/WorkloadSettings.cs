namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>Which requests arrive, and when.</summary>
/// <param name="Name">Name of the workload.</param>
/// <param name="Requests">How many.</param>
/// <param name="Seed">Seed of the draws.</param>
internal sealed record WorkloadSettings(string Name, int Requests, long Seed)
{
    /// <summary>Requests per second; null: the workload's own.</summary>
    public double? Rate { get; init; }

    /// <summary>Coefficient of variation of the times between arrivals: 1 is Poisson; others are drawn from a gamma distribution.</summary>
    public double Cv { get; init; } = 1;

    /// <summary>Lengths are multiplied by this; null: the workload's own.</summary>
    public double? LengthScale { get; init; }

    /// <summary>Share of the requests that are of high priority.</summary>
    public double HighShare { get; init; }

    /// <summary>Folder of the traces.</summary>
    public string TracesFolder { get; init; } = Path.Combine("..", "shared", "traces");

    /// <summary>A trace to read instead of the workload's own.</summary>
    public string? TraceFile { get; init; }

    /// <summary>Instances, by which the workload's own rate is scaled.</summary>
    public int Instances { get; init; } = 16;

    /// <summary>Most tokens of prompt and answer together.</summary>
    public int ContextLength { get; init; } = int.MaxValue;
}
