namespace Godwit.Worker.Sampling;

/// <summary>Log-probabilities of a row of raw logits.</summary>
internal static class RawLogprobs
{
    /// <summary>Those of one token and of the most likely ones.</summary>
    /// <param name="logits">The row as the model computed it.</param>
    /// <param name="id">The token.</param>
    /// <param name="top">How many alternatives.</param>
    /// <exception cref="SamplingException">A logit is NaN or +∞, or all are −∞.</exception>
    public static TokenLogprobs Of(ReadOnlySpan<float> logits, int id, int top)
    {
        int best = LogitStages.ArgMax(logits);
        double normaliser = best < 0 ? throw SamplingException.BadLogits() : LogSumExp(logits, logits[best]);
        float own = logits[id];
        int rank = 1 + CountAbove(logits, own) + CountEqual(logits[..id], own);
        return new TokenLogprobs(id, (float)(own - normaliser), rank, Top(logits, Math.Min(top, logits.Length), normaliser));
    }

    private static int CountAbove(ReadOnlySpan<float> logits, float own)
    {
        int count = 0;
        foreach (float logit in logits)
        {
            count += logit > own ? 1 : 0;
        }

        return count;
    }

    private static int CountEqual(ReadOnlySpan<float> logits, float own)
    {
        int count = 0;
        foreach (float logit in logits)
        {
            count += logit == own ? 1 : 0;
        }

        return count;
    }

    private static double LogSumExp(ReadOnlySpan<float> logits, double largest)
    {
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    // Few are wanted and most tokens are below the least of them, so that insertion is all it takes.
    private static TokenLogprob[] Top(ReadOnlySpan<float> logits, int count, double normaliser)
    {
        var top = new TokenLogprob[count];
        int filled = 0;
        float least = float.NaN;
        for (int id = 0; id < logits.Length && count > 0; id++)
        {
            float logit = logits[id];
            if (logit <= least)
            {
                continue;
            }

            int at = filled < count ? filled++ : count - 1;
            for (; at > 0 && top[at - 1].Logprob < logit; at--)
            {
                top[at] = top[at - 1];
            }

            top[at] = new TokenLogprob(id, logit);
            least = filled == count ? top[^1].Logprob : float.NaN;
        }

        foreach (ref TokenLogprob entry in top.AsSpan())
        {
            entry = entry with { Logprob = (float)(entry.Logprob - normaliser) };
        }

        return top;
    }
}
