namespace Godwit.Training.Selection.Fit;

/// <summary>How far training is.</summary>
/// <param name="Epoch">Passes that are done.</param>
/// <param name="Of">Most passes.</param>
/// <param name="TrainingLoss">Mean loss of the last pass.</param>
/// <param name="ValidationLoss">Loss on the validation prompts after it.</param>
/// <param name="Validation">Choices on the validation prompts after it.</param>
internal sealed record EpochReport(int Epoch, int Of, double TrainingLoss, double ValidationLoss, ChoiceQuality Validation);
