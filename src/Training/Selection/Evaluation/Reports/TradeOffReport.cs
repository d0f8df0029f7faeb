using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>What the weight λ of one goal buys, over the held-out prompts.</summary>
/// <param name="Goal">The goal.</param>
/// <param name="Unit">Unit of the costs.</param>
/// <param name="Points">A point per weight, by rising weight.</param>
/// <param name="Front">Those that none beats in cost and loss, by rising cost.</param>
/// <param name="Experts">Each expert alone.</param>
/// <param name="ReferenceCost">Cost of the dearest expert.</param>
/// <param name="ReferenceLoss">Mean loss of the worst expert.</param>
/// <param name="Hypervolume">Area that the points dominate below the reference, unit × nats per byte.</param>
/// <param name="ExpertsHypervolume">Area that the experts alone dominate.</param>
/// <param name="Aiq">RouterBench's AIQ, with e^(−mean loss), the geometric mean probability of a byte, as the quality.</param>
/// <param name="ExpertsAiq">The same of the experts alone: what mixing them blindly gives.</param>
public sealed record TradeOffReport(
    string Goal,
    string Unit,
    IReadOnlyList<TradeOff> Points,
    IReadOnlyList<TradeOff> Front,
    IReadOnlyList<ExpertPoint> Experts,
    double ReferenceCost,
    double ReferenceLoss,
    double Hypervolume,
    double ExpertsHypervolume,
    double Aiq,
    double ExpertsAiq)
{
    /// <summary>The report of a sweep.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="unit">Unit of the costs.</param>
    /// <param name="points">A point per weight.</param>
    /// <param name="experts">Each expert alone; costs are above 0.</param>
    public static TradeOffReport Of(string goal, string unit, IReadOnlyList<TradeOff> points, IReadOnlyList<ExpertPoint> experts)
    {
        double cost = experts.Max(expert => expert.Cost), loss = experts.Max(expert => expert.Loss);
        TradeOff[] alone = [.. experts.Select(expert => new TradeOff(0, expert.Cost, expert.Loss))];
        return new TradeOffReport(
            goal,
            unit,
            points,
            ParetoFront.Of(points),
            experts,
            cost,
            loss,
            ParetoFront.Hypervolume(points, cost, loss),
            ParetoFront.Hypervolume(alone, cost, loss),
            Index(points, cost),
            Index(alone, cost));
    }

    private static double Index(IEnumerable<TradeOff> points, double dearest) =>
        QualityIndex.Of(points.Select(point => (point.Cost, Math.Exp(-point.Loss))), dearest);
}
