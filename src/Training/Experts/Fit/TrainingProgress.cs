namespace Godwit.Training.Experts.Fit;

/// <summary>How far a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean loss lately, nats per token.</param>
/// <param name="TokensPerSecond">Speed lately.</param>
internal readonly record struct TrainingProgress(int Step, int Steps, double Loss, double TokensPerSecond);
