namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>An interval that holds a figure with 95 % confidence, as far as drawing other prompts would move it.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High);
