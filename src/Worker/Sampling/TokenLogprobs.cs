namespace Godwit.Worker.Sampling;

/// <summary>
/// What the model itself thought of a token, whatever the request did to the logits: of the raw logits, at temperature 1, before masks,
/// biases, penalties and filters.
/// </summary>
/// <param name="Id">The token that was drawn, or that stands in the prompt.</param>
/// <param name="Logprob">Its log-probability.</param>
/// <param name="Rank">1 for the most likely token of all; of equals the lower id comes first.</param>
/// <param name="Top">The most likely tokens, best first, as many as were asked for.</param>
internal sealed record TokenLogprobs(int Id, float Logprob, int Rank, IReadOnlyList<TokenLogprob> Top);
