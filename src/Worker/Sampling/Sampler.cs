namespace Godwit.Worker.Sampling;

/// <summary>
/// Draws one token from a row of logits: temperature, then top-k, then top-p (the order of vLLM's V1 sampler), then one draw. A
/// function of the row and (seed, choice, position) alone. Ties go to the lower id.
/// </summary>
internal sealed class Sampler(int vocabularySize)
{
    private readonly double[] _weights = new double[vocabularySize];
    private readonly int[] _ids = new int[vocabularySize];

    /// <param name="logits">One row, as long as the vocabulary.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="choice">Choice that the token is for.</param>
    /// <param name="position">Index of the token within the choice's output.</param>
    public int Sample(ReadOnlySpan<float> logits, SamplingParams sampling, int choice, int position)
    {
        int best = ArgMax(logits);
        if (sampling.Temperature == 0 || sampling.TopK == 1)
        {
            return best;
        }

        // Weights relative to the most likely token, so that none overflows; all that matters below are ratios.
        double sum = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            _weights[id] = Math.Exp((logits[id] - (double)logits[best]) / sampling.Temperature);
            sum += _weights[id];
        }

        double target = SamplingRandom.Uniform(sampling.Seed, choice, position);
        bool filtered = sampling.TopP < 1 || (sampling.TopK > 0 && sampling.TopK < logits.Length);
        return filtered ? DrawFiltered(sampling, sum, target, best) : Draw(target * sum, best);
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }

    private int Draw(double target, int fallback)
    {
        for (int id = 0; id < _weights.Length; id++)
        {
            target -= _weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        // Rounding can leave a hair's breadth beyond the last token.
        return fallback;
    }

    private int DrawFiltered(SamplingParams sampling, double sum, double target, int fallback)
    {
        int kept = Keep(sampling, sum, out double keptSum);
        target *= keptSum;
        for (int i = 0; i < kept; i++)
        {
            target -= _weights[_ids[i]];
            if (target < 0)
            {
                return _ids[i];
            }
        }

        return fallback;
    }

    // A heap instead of a sort: the tokens that survive are few, the vocabulary is large.
    private int Keep(SamplingParams sampling, double sum, out double keptSum)
    {
        var heap = new PriorityQueue<int, (double Weight, int Id)>(
            Enumerable.Range(0, _weights.Length).Select(id => (id, (-_weights[id], id))));
        int most = sampling.TopK > 0 ? Math.Min(sampling.TopK, _weights.Length) : _weights.Length;
        if (sampling.TopK > 0)
        {
            // top-p is taken of what top-k left: its mass must be known before the first token is counted.
            int[] top = new int[most];
            sum = 0;
            for (int i = 0; i < most; i++)
            {
                top[i] = heap.Dequeue();
                sum += _weights[top[i]];
            }

            heap = new PriorityQueue<int, (double, int)>(top.Select(id => (id, (-_weights[id], id))));
        }

        int kept = 0;
        keptSum = 0;
        while (kept < most && (kept == 0 || keptSum < sampling.TopP * sum))
        {
            int id = heap.Dequeue();
            _ids[kept++] = id;
            keptSum += _weights[id];
        }

        return kept;
    }
}
