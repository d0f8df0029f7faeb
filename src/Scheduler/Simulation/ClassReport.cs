namespace Godwit.Scheduler.Simulation;

/// <summary>What some of the requests came to.</summary>
/// <param name="TtftS">Arrival to first token.</param>
/// <param name="TpotS">Mean time of a later token.</param>
/// <param name="LatencyS">Arrival to last token.</param>
/// <param name="PreemptionLossS">From preemptions to the token that came next, mean over these requests.</param>
internal sealed record ClassReport(Summary TtftS, Summary TpotS, Summary LatencyS, double PreemptionLossS)
{
    /// <summary>Of these requests.</summary>
    public static ClassReport Of(IEnumerable<SimulatedRequest> requests)
    {
        SimulatedRequest[] all = [.. requests];
        return new ClassReport(
            Summary.Of(all.Select(request => (request.FirstTokenMs - request.ArrivalMs) / 1000)),
            Summary.Of(all.Select(request =>
                request.Output > 1 ? (request.FinishedMs - request.FirstTokenMs) / 1000 / (request.Output - 1) : double.NaN)),
            Summary.Of(all.Select(request => (request.FinishedMs - request.ArrivalMs) / 1000)),
            all.Select(request => request.PreemptionLossMs / 1000).DefaultIfEmpty().Average());
    }

    /// <summary>The median of each figure over several runs; null when a run has no such requests.</summary>
    public static ClassReport? MedianOf(IReadOnlyList<ClassReport?> runs) => runs.Contains(null) ? null : new ClassReport(
        Summary.MedianOf([.. runs.Select(run => run!.TtftS)]),
        Summary.MedianOf([.. runs.Select(run => run!.TpotS)]),
        Summary.MedianOf([.. runs.Select(run => run!.LatencyS)]),
        Summary.Median([.. runs.Select(run => run!.PreemptionLossS)]));
}
