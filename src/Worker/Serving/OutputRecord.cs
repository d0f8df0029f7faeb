using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Serving;

/// <summary>
/// What was sampled for one choice: its tokens, and as many of their log-probabilities as another worker would still need. Not
/// thread-safe; its request guards it.
/// </summary>
/// <param name="keepsScores">The request wants log-probabilities.</param>
internal sealed class OutputRecord(bool keepsScores)
{
    private readonly List<int> _tokens = [];

    /// <summary>Log-probabilities of the tokens from <see cref="_firstScore"/> on; they may reach further than the tokens do.</summary>
    private readonly List<TokenLogprobs> _scores = [];
    private int _firstScore;

    /// <summary>Tokens in outputs so far.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Index of the first token whose log-probabilities are kept.</summary>
    public int FirstScore => _firstScore;

    /// <summary>The log-probabilities kept.</summary>
    public IReadOnlyList<TokenLogprobs> Scores => _scores;

    /// <summary>Why it ended; null: it goes on.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Takes log-probabilities that another worker computed, before the outputs that they belong to.</summary>
    public void Carry(int first, IReadOnlyList<TokenLogprobs> scores)
    {
        if (_scores.Count == 0)
        {
            _firstScore = first;
        }

        // Those that are known already are equal.
        _scores.AddRange(scores.Skip(_firstScore + _scores.Count - first));
    }

    /// <summary>Records an output, and gives it the log-probabilities that it came without.</summary>
    public SequenceOutput Add(SequenceOutput output)
    {
        _tokens.AddRange(output.TokenIds);
        Finish = output.Finish ?? Finish;
        if (!keepsScores)
        {
            return output;
        }

        if (output.Logprobs is null or { Count: 0 })
        {
            return output with { Logprobs = [.. output.TokenIds.Select((id, i) => ScoreOf(output.FirstIndex + i, id))] };
        }

        Carry(output.FirstIndex, output.Logprobs);
        return output;
    }

    /// <summary>Forgets log-probabilities of tokens that nobody will ask for.</summary>
    public void Forget(int next)
    {
        int gone = Math.Clamp(next - _firstScore, 0, _scores.Count);
        _scores.RemoveRange(0, gone);
        _firstScore += gone;
    }

    // Of a token that its Gateway has, nothing is said any more: a stand-in will do.
    private TokenLogprobs ScoreOf(int index, int id) => index >= _firstScore && index - _firstScore < _scores.Count
        ? _scores[index - _firstScore]
        : new TokenLogprobs(id, 0, 1, []);
}
