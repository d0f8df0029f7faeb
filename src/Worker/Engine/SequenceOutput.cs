namespace Godwit.Worker.Engine;

/// <summary>
/// Tokens of one choice whose text can be shown whole: the unit of a frame (DESIGN §5.2). Boundaries are a function of the tokens.
/// </summary>
/// <param name="Choice">Index into <see cref="GenerationRequest.Prompts"/>.</param>
/// <param name="FirstIndex">Index of the first token within the choice's output, from 0.</param>
/// <param name="TokenIds">Tokens sampled since the choice's last output.</param>
/// <param name="Text">Their text, without stop strings and special tokens; may be empty.</param>
/// <param name="Finish">Set on the choice's last output.</param>
internal sealed record SequenceOutput(
    int Choice,
    int FirstIndex,
    IReadOnlyList<int> TokenIds,
    string Text,
    FinishReason? Finish);
