namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>Whether the router chooses alike when what does not matter changes.</summary>
/// <param name="Normalised">Share of normalised copies that go where their originals go; null: there are none.</param>
/// <param name="Prefixed">Share of prompts that go on where they went with a prefix that says nothing.</param>
public sealed record RobustnessReport(double? Normalised, double Prefixed);
