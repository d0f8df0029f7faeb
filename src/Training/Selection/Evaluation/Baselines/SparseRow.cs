namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>The hashed features of a prompt, as the router's own code computes them.</summary>
/// <param name="Ids">Buckets.</param>
/// <param name="Weights">Their weights, in the same order.</param>
public sealed record SparseRow(int[] Ids, float[] Weights);
