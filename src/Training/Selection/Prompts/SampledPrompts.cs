namespace Godwit.Training.Selection.Prompts;

/// <summary>What <see cref="PromptSampler"/> took.</summary>
/// <param name="Training">Of documents that no expert was trained on: for training, validation and calibration of the router.</param>
/// <param name="HeldOut">Of documents that nothing was trained on: for evaluation.</param>
internal sealed record SampledPrompts(IReadOnlyList<Prompt> Training, IReadOnlyList<Prompt> HeldOut);
