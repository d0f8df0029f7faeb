using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// Tokens of one choice whose text can be shown whole: the unit of a frame (DESIGN §5.2). Boundaries are a function of the tokens.
/// A value: what it refers to is never written again, so that a reader may keep it, and one of a single token costs no allocation.
/// </summary>
/// <param name="Choice">Index into <see cref="GenerationRequest.Prompts"/>.</param>
/// <param name="FirstIndex">Index of the first token within the choice's output, from 0.</param>
/// <param name="TokenIds">Tokens sampled since the choice's last output; none when the request wanted none.</param>
/// <param name="Text">Their text, without stop strings and special tokens unless these were asked for; may be empty.</param>
/// <param name="Finish">Set on the choice's last output.</param>
internal readonly record struct SequenceOutput(
    int Choice,
    int FirstIndex,
    ArraySegment<int> TokenIds,
    string Text,
    FinishReason? Finish)
{
    /// <summary>
    /// Characters of <see cref="Text"/> that each token completed. The tokens of a stop, the last ones, have no entry.
    /// </summary>
    public IReadOnlyList<int> TextLengths { get; init; } = [];

    /// <summary>One entry per token, when they were asked for.</summary>
    public IReadOnlyList<TokenLogprobs>? Logprobs { get; init; }

    /// <summary>
    /// One entry per token of the prompt, on the choice's first output, when they were asked for; the first token has none (null).
    /// </summary>
    public IReadOnlyList<TokenLogprobs?>? PromptLogprobs { get; init; }

    /// <summary>The prompt's pooled hidden state, not normalised, on the choice's last output, when it was asked for.</summary>
    public IReadOnlyList<double>? Embedding { get; init; }
}
