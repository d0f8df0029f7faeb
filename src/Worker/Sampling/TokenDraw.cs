namespace Godwit.Worker.Sampling;

/// <summary>
/// The last stages: temperature, min-p, top-k, top-p (of the mass that the former left), draw. A function of the row, the parameters and
/// one random number. Ties go to the lower id.
/// </summary>
internal static class TokenDraw
{
    /// <summary>Draws an id.</summary>
    /// <param name="logits">The row; a masked id is −∞, at least one is not.</param>
    /// <param name="best">Id of its largest logit.</param>
    /// <param name="sampling">Temperature (above 0) and filters.</param>
    /// <param name="uniform">Random number in [0, 1).</param>
    /// <param name="workspace">Memory.</param>
    public static int Draw(ReadOnlySpan<float> logits, int best, SamplingParams sampling, double uniform, SamplingWorkspace workspace)
    {
        double[] weights = workspace.Weights;
        double sum = Weigh(logits, best, sampling.Temperature, sampling.MinP, weights);
        int[] ids = workspace.Ids;
        bool topK = sampling.TopK > 0 && sampling.TopK < logits.Length;
        if (!topK && sampling.TopP >= 1)
        {
            return Pick(weights, uniform * sum, best);
        }

        int kept = Candidates(weights.AsSpan(0, logits.Length), ids);
        double mass = sum;
        if (topK)
        {
            (kept, mass) = workspace.Selection.Keep(weights, ids.AsSpan(0, kept), sampling.TopK, double.PositiveInfinity);
        }

        if (sampling.TopP < 1)
        {
            (kept, mass) = workspace.Selection.Keep(weights, ids.AsSpan(0, kept), int.MaxValue, sampling.TopP * mass);
        }

        return Pick(ids.AsSpan(0, kept), weights, uniform * mass);
    }

    // Relative to the most likely token, so that none overflows; all that matters afterwards are ratios.
    private static double Weigh(ReadOnlySpan<float> logits, int best, double temperature, double minP, double[] weights)
    {
        double sum = 0, largest = logits[best];
        for (int id = 0; id < logits.Length; id++)
        {
            double weight = Math.Exp((logits[id] - largest) / temperature);
            weight = weight < minP ? 0 : weight;
            weights[id] = weight;
            sum += weight;
        }

        return sum;
    }

    private static int Candidates(ReadOnlySpan<double> weights, int[] ids)
    {
        int count = 0;
        for (int id = 0; id < weights.Length; id++)
        {
            if (weights[id] > 0)
            {
                ids[count++] = id;
            }
        }

        return count;
    }

    private static int Pick(double[] weights, double target, int fallback)
    {
        for (int id = 0; id < weights.Length; id++)
        {
            target -= weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        // Rounding can leave a hair's breadth beyond the last token, and that one may be masked.
        return fallback;
    }

    private static int Pick(ReadOnlySpan<int> ids, double[] weights, double target)
    {
        foreach (int id in ids)
        {
            target -= weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        return ids[^1];
    }
}
