using Godwit.Worker.Sampling;

namespace Godwit.Worker.Serving;

/// <summary>What came of a request so far, as its outputs say.</summary>
/// <param name="Outputs">Token ids per choice.</param>
/// <param name="Acknowledged">Per choice the token that its Gateway wants next, as far as is known.</param>
/// <param name="Scores">Per choice the log-probabilities that another worker would need; null: none were asked for.</param>
internal sealed record ServedSnapshot(
    IReadOnlyList<IReadOnlyList<int>> Outputs, IReadOnlyList<int> Acknowledged, IReadOnlyList<ScoreRun>? Scores);

/// <summary>Log-probabilities of consecutive tokens of one choice.</summary>
/// <param name="First">Index of the first token.</param>
/// <param name="Values">One entry per token.</param>
internal sealed record ScoreRun(int First, IReadOnlyList<TokenLogprobs> Values);
