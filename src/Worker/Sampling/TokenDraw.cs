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

        // Tokens this unlikely cannot be needed: were all of them, together they would be less than what top-p leaves out.
        double least = topK ? 0 : 0.5 * (1 - sampling.TopP) * sum / logits.Length;
        int candidates = Candidates(weights.AsSpan(0, logits.Length), least, ids);
        var heap = new WeightHeap(weights, ids.AsSpan(0, candidates));
        (int kept, double mass) = topK
            ? heap.TakeMost(sampling.TopK)
            : heap.TakeMass(sampling.TopP * sum);
        ReadOnlySpan<int> taken = heap.Taken(kept);
        if (topK && sampling.TopP < 1)
        {
            (kept, mass) = CutMass(taken, weights, sampling.TopP * mass);
            taken = taken[^kept..];
        }

        return Pick(taken, weights, uniform * mass);
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

    private static int Candidates(ReadOnlySpan<double> weights, double least, int[] ids)
    {
        int count = 0;
        for (int id = 0; id < weights.Length; id++)
        {
            if (weights[id] > 0 && weights[id] >= least)
            {
                ids[count++] = id;
            }
        }

        return count;
    }

    // Ids lie with the most likely last; returns how many of the end reach the mass.
    private static (int Kept, double Mass) CutMass(ReadOnlySpan<int> ids, double[] weights, double wanted)
    {
        int kept = 0;
        double mass = 0;
        while (kept < ids.Length && (kept == 0 || mass < wanted))
        {
            mass += weights[ids[^++kept]];
        }

        return (kept, mass);
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
        for (int i = ids.Length - 1; i >= 0; i--)
        {
            target -= weights[ids[i]];
            if (target < 0)
            {
                return ids[i];
            }
        }

        // The least likely one is the last: rounding can leave a hair's breadth beyond it.
        return ids[0];
    }
}
