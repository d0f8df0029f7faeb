using static TorchSharp.torch;

namespace Godwit.Training.Selection.Fit;

/// <summary>Features and losses of some prompts as tensors.</summary>
/// <param name="Ids">Buckets, one prompt behind the other.</param>
/// <param name="Starts">Where each prompt's begin.</param>
/// <param name="Weights">A weight per bucket.</param>
/// <param name="Losses">Prompts × experts, nats per byte.</param>
internal sealed record FeatureBatch(Tensor Ids, Tensor Starts, Tensor Weights, Tensor Losses)
{
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
        long[] starts = new long[chosen.Length];
        float[] labels = new float[chosen.Length * losses[0].Length];
        float scale = (float)(1 / (1 - dropout));
        for (int i = 0; i < chosen.Length; i++)
        {
            starts[i] = ids.Count;
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
        }

        return new FeatureBatch(
            tensor(ids.ToArray()), tensor(starts), tensor(weights.ToArray()), tensor(labels).reshape(chosen.Length, losses[0].Length));
    }
}
