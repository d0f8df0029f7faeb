using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// Log-probabilities of a prompt's tokens, gathered row by row as the prefill goes on: row i, the logits after token i, scores token i + 1.
/// </summary>
/// <param name="prompt">The prompt.</param>
/// <param name="top">Alternatives per token.</param>
internal sealed class PromptScores(IReadOnlyList<int> prompt, int top)
{
    private readonly TokenLogprobs?[] _scores = new TokenLogprobs?[prompt.Count];

    /// <summary>The next row that scores a token; the prompt's length − 1 when all are scored.</summary>
    public int NextRow { get; private set; }

    /// <summary>Whether every token but the first is scored.</summary>
    public bool AreComplete => NextRow == prompt.Count - 1;

    /// <summary>One entry per token; the first has none.</summary>
    public IReadOnlyList<TokenLogprobs?> Values => _scores;

    /// <summary>Takes the logits of row <see cref="NextRow"/>.</summary>
    public void Add(ReadOnlySpan<float> logits)
    {
        NextRow++;
        _scores[NextRow] = RawLogprobs.Of(logits, prompt[NextRow], top);
    }
}
