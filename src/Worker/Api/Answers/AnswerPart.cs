using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>What an output of the engine adds to a choice of an answer.</summary>
/// <param name="Choice">Index of the choice.</param>
/// <param name="IsFirst">It is the choice's first.</param>
/// <param name="Text">Text, with the prompt's before it if that is echoed.</param>
/// <param name="Tokens">The tokens of that text, if log-probabilities were asked for; else none.</param>
/// <param name="Output">The output itself.</param>
internal sealed record AnswerPart(int Choice, bool IsFirst, string Text, IReadOnlyList<AnswerToken> Tokens, SequenceOutput Output)
{
    /// <summary>What the text is, stretch by stretch, where it is looked at; null = all of it is content.</summary>
    public IReadOnlyList<OutputDelta>? Deltas { get; init; }

    /// <summary>Set on the choice's last part if it ended to have its calls answered.</summary>
    public bool EndsInCalls { get; init; }

    /// <summary>Token ids that were sampled, those of the stop too.</summary>
    public IReadOnlyList<int> TokenIds => Output.TokenIds;

    /// <summary>Log-probabilities of the prompt, on the first part if they were asked for.</summary>
    public IReadOnlyList<TokenLogprobs?>? PromptLogprobs => Output.PromptLogprobs;

    /// <summary>Set on the choice's last part.</summary>
    public FinishReason? Finish => Output.Finish;
}
