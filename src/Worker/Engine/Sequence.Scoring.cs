using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

// Log-probabilities of tokens that are not sampled here: the prompt's, and those of an output that began elsewhere.
internal sealed partial class Sequence
{
    // Tokens sampled elsewhere whose log-probabilities are computed here.
    private int _toScore;

    /// <summary>Wants logits for every token of its prefill from some on, not for the last one alone.</summary>
    public bool ScoresPrompt => _promptScores is { AreComplete: false } || ScoresOutput;

    private bool ScoresOutput => _outputs.Logprobs.Count < _toScore;

    // The next row that scores a token.
    private int NextScored =>
        _promptScores is { AreComplete: false } scores ? scores.NextRow : _promptLength - 1 + _outputs.Logprobs.Count;

    /// <summary>Takes over what another choice of the same prompt has found out about it.</summary>
    public void ShareScores(Sequence leader) => _promptScores = leader._promptScores;

    /// <summary>Tokens from a position on that need no row of logits, when it scores.</summary>
    public int UnscoredFrom(int position) => ScoresPrompt ? Math.Max(0, NextScored - position) : 0;

    /// <summary>Takes the rows that score the prompt, and the tokens sampled elsewhere.</summary>
    /// <param name="logits">The rows that <see cref="LogitsRows"/> asked for.</param>
    /// <param name="width">Entries of a row.</param>
    /// <returns>The rows that are left: the one to sample from, if any.</returns>
    public ReadOnlySpan<float> Score(ReadOnlySpan<float> logits, int width)
    {
        while (ScoresPrompt && !logits.IsEmpty)
        {
            if (_promptScores is { AreComplete: false })
            {
                _promptScores.Add(logits[..width]);
            }
            else
            {
                int token = _tokens.Known(_promptLength + _outputs.Logprobs.Count, 1)[0];
                _outputs.Logprobs.Add(RawLogprobs.Of(logits[..width], token, _sampling.Logprobs!.Value));
            }

            logits = logits[width..];
        }

        // A replayed output that is not scored lies between the prompt's last row and the one to sample from.
        return logits.Length > width ? logits[^width..] : logits;
    }
}
