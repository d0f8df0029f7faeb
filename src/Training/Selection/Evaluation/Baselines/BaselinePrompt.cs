namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>A labelled prompt as baselines see it.</summary>
/// <param name="Domain">Its true domain.</param>
/// <param name="Features">Its hashed features.</param>
/// <param name="Embedding">The router's hidden layer on it.</param>
/// <param name="Losses">True loss of each expert on it, in nats per byte.</param>
public sealed record BaselinePrompt(string Domain, SparseRow Features, float[] Embedding, double[] Losses);
