using Godwit.Training.Selection.Evaluation.Baselines;

namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>What the router's own code makes of a prompt.</summary>
/// <param name="Features">Its hashed features.</param>
/// <param name="Embedding">The hidden layer on it.</param>
public sealed record PairPromptFeatures(SparseRow Features, float[] Embedding);
