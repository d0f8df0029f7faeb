namespace Godwit.Worker.Sampling;

/// <summary>A drawn token.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Logprobs">Its log-probabilities, when they were asked for.</param>
internal readonly record struct SampledToken(int Id, TokenLogprobs? Logprobs);
