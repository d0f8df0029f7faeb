namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>Time of a selection in this process, one at a time, in milliseconds: flags, features, prediction, choice and answer.</summary>
/// <param name="N">How many were measured, after some that were not.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="Mean">The mean.</param>
/// <param name="PredictionP50">Median of features and prediction.</param>
/// <param name="ChoiceP50">Median of the choice.</param>
public sealed record LatencyReport(int N, double P50, double P99, double Mean, double PredictionP50, double ChoiceP50);
