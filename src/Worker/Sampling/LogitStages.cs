namespace Godwit.Worker.Sampling;

/// <summary>
/// The stages that change logits, each a function of the row and its arguments alone. A masked logit is −∞ and stays it. No stage makes a
/// finite logit infinite, so that only masks can rule a token out.
/// </summary>
internal static class LogitStages
{
    /// <summary>Id of the largest logit, the lowest of equals; −1 when all are masked.</summary>
    /// <exception cref="SamplingException">A logit is NaN or +∞.</exception>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        float largest = float.NegativeInfinity;
        int best = -1;
        for (int id = 0; id < logits.Length; id++)
        {
            // The negation is true for NaN too.
            if (!(logits[id] <= largest))
            {
                largest = logits[id];
                best = id;
                if (!float.IsFinite(largest))
                {
                    throw SamplingException.BadLogits();
                }
            }
        }

        return best;
    }

    /// <summary>Masks every id that is not in the list.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="allowed">Ids in ascending order.</param>
    public static void KeepOnly(Span<float> logits, ReadOnlySpan<int> allowed)
    {
        int next = 0;
        foreach (int id in allowed)
        {
            logits[next..id].Fill(float.NegativeInfinity);
            next = id + 1;
        }

        logits[next..].Fill(float.NegativeInfinity);
    }

    /// <summary>Masks every id whose bit is not set.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="mask">Bit id % 32 of word id / 32; at least one bit per id.</param>
    public static void KeepOnly(Span<float> logits, ReadOnlySpan<uint> mask)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mask.Length, (logits.Length + 31) / 32);
        for (int first = 0; first < logits.Length; first += 32)
        {
            uint word = mask[first / 32];
            if (word == uint.MaxValue)
            {
                continue;
            }

            Span<float> part = logits[first..Math.Min(first + 32, logits.Length)];
            for (int bit = 0; bit < part.Length; bit++)
            {
                part[bit] = (word >> bit & 1) == 0 ? float.NegativeInfinity : part[bit];
            }
        }
    }

    /// <summary>Masks these ids.</summary>
    public static void Forbid(Span<float> logits, IReadOnlyList<int> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            logits[ids[i]] = float.NegativeInfinity;
        }
    }

    /// <summary>Whether any other id than these is not masked.</summary>
    public static bool HasOther(ReadOnlySpan<float> logits, int[] ids)
    {
        for (int id = 0; id < logits.Length; id++)
        {
            if (!float.IsNegativeInfinity(logits[id]) && Array.IndexOf(ids, id) < 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the biases.</summary>
    public static void AddBias(Span<float> logits, IReadOnlyList<TokenBias> biases)
    {
        for (int i = 0; i < biases.Count; i++)
        {
            logits[biases[i].Id] = Shift(logits[biases[i].Id], biases[i].Bias);
        }
    }

    /// <summary>The repetition penalty on one logit (Keskar et al. 2019, §4.1): always towards less likely when it is above 1.</summary>
    public static float Repeat(float logit, double penalty) =>
        float.IsNegativeInfinity(logit) ? logit : Finite(logit > 0 ? logit / penalty : logit * penalty);

    /// <summary>The sum, as a finite number, or −∞ if the logit is masked.</summary>
    public static float Shift(float logit, double addend) => float.IsNegativeInfinity(logit) ? logit : Finite(logit + addend);

    private static float Finite(double logit) => (float)Math.Clamp(logit, float.MinValue, float.MaxValue);
}
