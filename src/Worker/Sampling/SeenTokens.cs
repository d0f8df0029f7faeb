using System.Runtime.InteropServices;

namespace Godwit.Worker.Sampling;

/// <summary>
/// Which tokens a sequence has had, and how often, for the penalties: a function of the prompt's and the output's ids, whatever the order
/// they were told in. Work per token is proportional to the distinct ids, not to the vocabulary.
/// </summary>
internal sealed class SeenTokens
{
    private readonly Dictionary<int, int> _output = [];
    private readonly HashSet<int> _prompt;
    private readonly double _repetition;
    private readonly double _frequency;
    private readonly double _presence;

    /// <param name="sampling">The penalties.</param>
    /// <param name="prompt">The prompt's ids.</param>
    public SeenTokens(SamplingParams sampling, IReadOnlyList<int> prompt)
    {
        _repetition = sampling.RepetitionPenalty;
        _frequency = sampling.FrequencyPenalty;
        _presence = sampling.PresencePenalty;
        _prompt = _repetition == 1 ? [] : [.. prompt];
    }

    /// <summary>Whether a request has any penalty.</summary>
    public static bool AreWanted(SamplingParams sampling) =>
        sampling.RepetitionPenalty != 1 || sampling.FrequencyPenalty != 0 || sampling.PresencePenalty != 0;

    /// <summary>Takes a token of the output.</summary>
    public void Add(int id) => CollectionsMarshal.GetValueRefOrAddDefault(_output, id, out _)++;

    /// <summary>Applies the repetition penalty, then those of frequency and presence, which count the output only.</summary>
    public void Penalise(Span<float> logits)
    {
        if (_repetition != 1)
        {
            foreach (int id in _prompt)
            {
                logits[id] = LogitStages.Repeat(logits[id], _repetition);
            }

            foreach (int id in _output.Keys)
            {
                logits[id] = _prompt.Contains(id) ? logits[id] : LogitStages.Repeat(logits[id], _repetition);
            }
        }

        if (_frequency != 0 || _presence != 0)
        {
            foreach ((int id, int count) in _output)
            {
                logits[id] = LogitStages.Shift(logits[id], -((_frequency * count) + _presence));
            }
        }
    }
}
