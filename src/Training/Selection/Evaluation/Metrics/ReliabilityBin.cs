namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>A point of a reliability curve: predictions that are close together, and what came.</summary>
/// <param name="Count">How many.</param>
/// <param name="Predicted">Their mean.</param>
/// <param name="Actual">Mean of what came.</param>
public readonly record struct ReliabilityBin(int Count, double Predicted, double Actual);
