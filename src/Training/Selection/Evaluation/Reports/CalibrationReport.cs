using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>Whether predicted losses and their intervals mean what they say, over every pair of prompt and expert.</summary>
/// <param name="Ece">Mean of the experts' expected calibration errors, nats per byte.</param>
/// <param name="Error">Mean distance of predicted from true loss, nats per byte.</param>
/// <param name="Bins">Reliability curve of all predictions together.</param>
/// <param name="Coverage">How often the truth lies inside the interval; empty when the router gives none.</param>
public sealed record CalibrationReport(
    double Ece, double Error, IReadOnlyList<ReliabilityBin> Bins, IReadOnlyList<Coverage> Coverage);
