namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>A threshold of a router between two models.</summary>
/// <param name="StrongShare">Share of the prompts that go to the strong model.</param>
/// <param name="Quality">Mean quality of the answers.</param>
public readonly record struct PairPoint(double StrongShare, double Quality);
