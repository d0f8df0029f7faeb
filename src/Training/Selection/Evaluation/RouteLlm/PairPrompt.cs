namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>A prompt that two models answered.</summary>
/// <param name="Subject">The file it stands in.</param>
/// <param name="Text">The prompt.</param>
/// <param name="First">1 when the first model was right, else 0.</param>
/// <param name="Second">1 when the second model was right, else 0.</param>
public sealed record PairPrompt(string Subject, string Text, double First, double Second);
