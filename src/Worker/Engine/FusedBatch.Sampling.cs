namespace Godwit.Worker.Engine;

// The second half of a step: what becomes of the rows that the forward pass gave.
internal sealed partial class FusedBatch
{
    private void Sample(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<float> hidden = _runner.HiddenStates.Span;
        for (int i = 0; i < _parts.Count; i++)
        {
            (Sequence sequence, int tokens, int drafts) = _parts[i];
            ReadOnlySpan<float> rows = logits[..(_plan.Sequences[i].LogitsRows * _runner.VocabularySize)];
            logits = logits[rows.Length..];
            ReadOnlySpan<float> states = hidden[..(_plan.Sequences[i].WantsHidden ? tokens * _runner.HiddenSize : 0)];
            hidden = hidden[states.Length..];
            if (sequence.Table is null)
            {
                // Another sequence of its request has just failed, and the request with it.
                continue;
            }

            _counters.PromptTokens += sequence.IsPrefill ? tokens : 0;
            _counters.RecomputedTokens += sequence.IsPrefill || tokens == 1 ? 0 : tokens;
            sequence.Pool?.Add(sequence.Computed, states);
            sequence.Advance(tokens, _options.PrefixCaching);
            Draw(sequence, rows[..^(drafts * _runner.VocabularySize)]);
            Confirm(sequence, rows[^(drafts * _runner.VocabularySize)..], drafts);
        }
    }

    // Row i was computed as if the drafts up to i were the output: it counts as long as they are.
    private void Confirm(Sequence sequence, ReadOnlySpan<float> rows, int drafts)
    {
        _counters.DraftTokens += drafts;
        for (int i = 0; i < drafts && sequence is { Table: not null, IsAsDrafted: true }; i++)
        {
            _counters.AcceptedTokens++;
            sequence.Advance(1, _options.PrefixCaching);
            Draw(sequence, rows.Slice(i * _runner.VocabularySize, _runner.VocabularySize));
        }

        if (drafts > 0)
        {
            sequence.Table?.Trim(sequence.Computed);
        }
    }

    // A request that cannot be sampled fails alone; the batch goes on.
    private void Draw(Sequence sequence, ReadOnlySpan<float> logits)
    {
        try
        {
            ReadOnlySpan<float> last = sequence.Score(logits, _runner.VocabularySize);
            if (sequence.Computed == sequence.Known)
            {
                if (sequence.Siblings is not null)
                {
                    foreach (Sequence sibling in BeginSiblings(sequence))
                    {
                        Take(sibling, last);
                    }
                }

                Take(sequence, last);
            }
        }
#pragma warning disable CA1031 // Whatever went wrong with one request must not end the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            End(sequence.Request, error);
        }
    }

    private void Take(Sequence sequence, ReadOnlySpan<float> logits)
    {
        int generated = sequence.Generated;
        sequence.Sample(logits, _endTokens, _workspace);
        _counters.GeneratedTokens += sequence.Generated - generated;
        _metrics.Took(sequence, _now);
        if (sequence.Finish is not null)
        {
            _running.Remove(sequence);
            Finish(sequence.Request);
        }
    }

    // The other choices of a prompt share its blocks from here on; those that find no place, or have begun elsewhere, wait, and find the
    // prompt in the cache.
    private List<Sequence> BeginSiblings(Sequence leader)
    {
        var begun = new List<Sequence>();
        foreach (Sequence sibling in leader.Siblings ?? [])
        {
            sibling.ShareScores(leader);
            if (_running.Count < _options.MaxSequences - _held.Places && leader.IsPrefill && sibling.IsPrefill)
            {
                sibling.Fork(leader, _pool);
                sibling.Times.Started = leader.Times.Started;
                _running.Add(sibling);
                begun.Add(sibling);
            }
            else
            {
                Queue(sibling);
            }
        }

        leader.Siblings = null;
        return begun;
    }

    private void Finish(EngineRequest request)
    {
        if (--request.Open == 0)
        {
            Leave(request);
            request.Complete();
        }
    }
}
