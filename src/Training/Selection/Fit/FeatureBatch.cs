namespace Godwit.Training.Selection.Fit;

/// <summary>Features and losses of some prompts.</summary>
/// <param name="Ids">Buckets, one prompt behind the other.</param>
/// <param name="Weights">A weight per bucket.</param>
/// <param name="Starts">Where each prompt's begin, and where the last one's end.</param>
/// <param name="Losses">Prompts × experts, nats per byte.</param>
internal sealed record FeatureBatch(long[] Ids, float[] Weights, int[] Starts, float[] Losses)
{
    /// <summary>How many prompts.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Gathers prompts.</summary>
    /// <param name="rows">Features of all prompts.</param>
    /// <param name="losses">Losses of all prompts.</param>
    /// <param name="chosen">Which prompts.</param>
    /// <param name="dropout">Share of the features that is left out; the others weigh more for it.</param>
    /// <param name="random">Says which.</param>
    public static FeatureBatch Of(FeatureRows rows, float[][] losses, ReadOnlySpan<int> chosen, double dropout, Random random)
    {
        List<long> ids = [];
        List<float> weights = [];
        int[] starts = new int[chosen.Length + 1];
        float[] labels = new float[chosen.Length * losses[0].Length];
        float scale = (float)(1 / (1 - dropout));
        for (int i = 0; i < chosen.Length; i++)
        {
            losses[chosen[i]].CopyTo(labels, i * losses[0].Length);
            ReadOnlySpan<long> rowIds = rows.Ids(chosen[i]);
            ReadOnlySpan<float> rowWeights = rows.Weights(chosen[i]);
            for (int slot = 0; slot < rowIds.Length; slot++)
            {
                if (dropout > 0 && random.NextDouble() < dropout)
                    continue;
                ids.Add(rowIds[slot]);
                weights.Add(rowWeights[slot] * scale);
            }

            starts[i + 1] = ids.Count;
        }

        return new FeatureBatch([.. ids], [.. weights], starts, labels);
    }
}
