namespace Godwit.Scheduler.Simulation;

/// <summary>What a policy came to: in one run, or the median of each figure over several. Seconds, blocks and shares.</summary>
/// <param name="Name">Name of the policy.</param>
/// <param name="TtftS">Arrival to first token.</param>
/// <param name="TpotS">Mean time of a later token, of requests that have some.</param>
/// <param name="LatencyS">Arrival to last token.</param>
/// <param name="PreemptionLossS">From preemptions to the token that came next, mean over all requests.</param>
/// <param name="PreemptedShare">Share of the requests that were preempted.</param>
/// <param name="Migrations">Moves that were made.</param>
/// <param name="InstancesMean">Instances on average.</param>
/// <param name="InstanceSeconds">Time of all instances together.</param>
/// <param name="Fragmentation">Share of the blocks that lie free in pieces while a head of a line could use them together.</param>
/// <param name="KvUsed">Share of the blocks that is held.</param>
/// <param name="DowntimeMs">Pause of a request that moved.</param>
/// <param name="High">The requests of high priority; null: there are none.</param>
/// <param name="Normal">All others; null: there are none of high priority.</param>
internal sealed record PolicyReport(
    string Name,
    Summary TtftS,
    Summary TpotS,
    Summary LatencyS,
    double PreemptionLossS,
    double PreemptedShare,
    double Migrations,
    double InstancesMean,
    double InstanceSeconds,
    double Fragmentation,
    double KvUsed,
    Summary DowntimeMs,
    ClassReport? High = null,
    ClassReport? Normal = null)
{
    /// <summary>Microseconds of a decision; only when asked for, since no two runs have the same.</summary>
    public Summary? DecisionUs { get; init; }

    /// <summary>Seed of the run; null: the median of several.</summary>
    public long? Seed { get; init; }

    /// <summary>The runs that this is the median of.</summary>
    public IReadOnlyList<PolicyReport>? Runs { get; init; }

    /// <summary>Of one run.</summary>
    public static PolicyReport Of(
        SimulationSettings settings, IReadOnlyList<SimulatedRequest> requests, SimulationTotals totals, bool decisionTimes)
    {
        ClassReport all = ClassReport.Of(requests);
        bool classes = requests.Any(request => request.IsHigh);
        return new PolicyReport(
            settings.Policy,
            all.TtftS,
            all.TpotS,
            all.LatencyS,
            all.PreemptionLossS,
            requests.Count(request => request.Preemptions > 0) / (double)Math.Max(1, requests.Count),
            totals.MoveEnds[(int)MoveEnd.Moved],
            totals.DurationMs == 0 ? 0 : totals.InstanceMs / totals.DurationMs,
            totals.InstanceMs / 1000,
            totals.Fragmentation.DefaultIfEmpty().Average(),
            totals.Used.DefaultIfEmpty().Average(),
            Summary.Of(totals.DowntimesMs),
            classes ? ClassReport.Of(requests.Where(request => request.IsHigh)) : null,
            classes ? ClassReport.Of(requests.Where(request => !request.IsHigh)) : null)
        {
            Seed = settings.Seed,
            DecisionUs = decisionTimes ? Summary.Of(totals.DecisionMicroseconds) : null,
        };
    }

    /// <summary>Several runs as one: the only one itself, or the medians.</summary>
    public static PolicyReport Of(IReadOnlyList<PolicyReport> runs) => runs.Count == 1 ? runs[0] : new PolicyReport(
        runs[0].Name,
        Summary.MedianOf([.. runs.Select(run => run.TtftS)]),
        Summary.MedianOf([.. runs.Select(run => run.TpotS)]),
        Summary.MedianOf([.. runs.Select(run => run.LatencyS)]),
        Median(runs, run => run.PreemptionLossS),
        Median(runs, run => run.PreemptedShare),
        Median(runs, run => run.Migrations),
        Median(runs, run => run.InstancesMean),
        Median(runs, run => run.InstanceSeconds),
        Median(runs, run => run.Fragmentation),
        Median(runs, run => run.KvUsed),
        Summary.MedianOf([.. runs.Select(run => run.DowntimeMs)]),
        ClassReport.MedianOf([.. runs.Select(run => run.High)]),
        ClassReport.MedianOf([.. runs.Select(run => run.Normal)]))
    {
        DecisionUs = runs[0].DecisionUs is null ? null : Summary.MedianOf([.. runs.Select(run => run.DecisionUs!)]),
        Runs = runs,
    };

    private static double Median(IReadOnlyList<PolicyReport> runs, Func<PolicyReport, double> figure) =>
        Summary.Median([.. runs.Select(figure)]);
}
