using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Answers;

/// <summary>A token of an answer's text.</summary>
/// <param name="Text">The text that it completed: joined, the tokens' texts are the answer's.</param>
/// <param name="Offset">Where that begins in the choice's text, in code points.</param>
/// <param name="Id">Token id.</param>
/// <param name="Logprobs">Its log-probabilities; null for the first token of a prompt.</param>
internal readonly record struct AnswerToken(string Text, int Offset, int Id, TokenLogprobs? Logprobs);
