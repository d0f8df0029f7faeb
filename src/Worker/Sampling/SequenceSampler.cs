namespace Godwit.Worker.Sampling;

/// <summary>
/// Draws the tokens of one sequence, in the order of vLLM's V1 sampler: log-probabilities of the raw logits; then allowed tokens and
/// grammar, bad words, min_tokens, bias, penalties (repetition, then frequency and presence), temperature, min-p, top-k, top-p, draw. What
/// it remembers is a function of the prompt's and the output's ids alone: a new one that is told the same ids draws the same tokens.
/// </summary>
internal sealed class SequenceSampler
{
    private readonly SamplingParams _sampling;
    private readonly int _choice;
    private readonly int[]? _allowed;
    private readonly int[] _ends;
    private readonly int[] _modelEnds;
    private readonly SeenTokens? _seen;
    private readonly BadWords? _badWords;

    /// <param name="sampling">How to draw.</param>
    /// <param name="choice">Index of the sequence within its request, for the random numbers.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="vocabularySize">Entries of a row of logits; ids beyond it are left out.</param>
    public SequenceSampler(
        SamplingParams sampling, int choice, IReadOnlyList<int> prompt, IReadOnlySet<int> endTokens, int vocabularySize)
    {
        _sampling = sampling;
        _choice = choice;
        _allowed = sampling.AllowedTokenIds is { } allowed ? [.. allowed.Where(id => id < vocabularySize).Distinct().Order()] : null;
        IEnumerable<int> ends = sampling.IgnoreEos ? sampling.StopTokenIds : sampling.StopTokenIds.Concat(endTokens);
        _ends = sampling.MinTokens > 0 ? [.. ends.Where(id => id < vocabularySize).Distinct()] : [];
        _modelEnds = [.. endTokens.Where(id => id < vocabularySize)];
        _seen = SeenTokens.AreWanted(sampling) ? new SeenTokens(sampling, prompt) : null;
        _badWords = sampling.BadWords.Count > 0 ? new BadWords(sampling.BadWords) : null;
    }

    /// <summary>Tokens of the output so far.</summary>
    public int Position { get; private set; }

    /// <summary>Takes the next token of the output.</summary>
    public void Add(int id)
    {
        Position++;
        _seen?.Add(id);
        _badWords?.Add(id);
    }

    /// <summary>Draws the next token; <see cref="Add"/> then makes it part of the output.</summary>
    /// <param name="logits">One row, as long as the vocabulary; not changed.</param>
    /// <param name="grammar">Bits of the ids that a grammar allows, bit id % 32 of word id / 32; empty when there is no grammar.</param>
    /// <param name="workspace">Memory of the calling thread.</param>
    /// <exception cref="SamplingException">The logits are no numbers, or nothing is allowed.</exception>
    public SampledToken Sample(ReadOnlySpan<float> logits, ReadOnlySpan<uint> grammar, SamplingWorkspace workspace)
    {
        // Looks at every raw logit, so that no NaN can hide behind a mask.
        int best = LogitStages.ArgMax(logits);
        ReadOnlySpan<float> row = logits;
        if (best < 0)
        {
            throw SamplingException.BadLogits();
        }

        if (ChangesLogits(grammar))
        {
            Span<float> changed = workspace.Copy(logits);
            Change(changed, grammar);
            best = LogitStages.ArgMax(changed);
            row = changed;
        }

        if (best < 0)
        {
            throw SamplingException.AllMasked(Position);
        }

        int id = _sampling.Temperature == 0 || _sampling.TopK == 1
            ? best
            : TokenDraw.Draw(row, best, _sampling, SamplingRandom.Uniform(_sampling.Seed, _choice, Position), workspace);
        return new SampledToken(id, _sampling.Logprobs is { } top ? RawLogprobs.Of(logits, id, top) : null);
    }

    private bool ChangesLogits(ReadOnlySpan<uint> grammar) =>
        !grammar.IsEmpty || _allowed is not null || _badWords is not null || Position < _sampling.MinTokens
        || _sampling.LogitBias.Count > 0 || _seen is not null;

    private void Change(Span<float> logits, ReadOnlySpan<uint> grammar)
    {
        if (_allowed is not null)
        {
            LogitStages.KeepOnly(logits, _allowed);
        }

        if (!grammar.IsEmpty)
        {
            LogitStages.KeepOnly(logits, grammar);
        }

        _badWords?.Mask(logits);
        if (Position < _sampling.MinTokens)
        {
            Forbid(logits, _ends, grammar);
        }

        if (_sampling.IgnoreEos && !grammar.IsEmpty)
        {
            Forbid(logits, _modelEnds, grammar);
        }

        LogitStages.AddBias(logits, _sampling.LogitBias);
        _seen?.Penalise(logits);
    }

    // An output that is whole under a grammar has nothing else left.
    private static void Forbid(Span<float> logits, int[] ids, ReadOnlySpan<uint> grammar)
    {
        if (grammar.IsEmpty || LogitStages.HasOther(logits, ids))
        {
            LogitStages.Forbid(logits, ids);
        }
    }
}
