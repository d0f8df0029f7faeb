namespace Godwit.Training.Selection.Labels;

/// <summary>How far the collection of labels is.</summary>
/// <param name="Prompts">Prompts that all experts have done.</param>
/// <param name="Of">Prompts in all.</param>
/// <param name="Asked">Calls that were made; the other labels were known.</param>
internal sealed record LabelProgress(int Prompts, int Of, int Asked);
