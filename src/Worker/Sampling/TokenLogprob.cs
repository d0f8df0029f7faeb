namespace Godwit.Worker.Sampling;

/// <summary>A token and its log-probability.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Logprob">Natural logarithm of its probability by the raw logits; −∞ for a token that the model rules out.</param>
internal readonly record struct TokenLogprob(int Id, float Logprob);
