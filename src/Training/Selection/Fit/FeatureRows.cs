using Godwit.Router.Features;

namespace Godwit.Training.Selection.Fit;

/// <summary>Features of many prompts, one behind the other.</summary>
internal sealed class FeatureRows
{
    private readonly long[] _ids;
    private readonly float[] _weights;
    private readonly int[] _starts;

    private FeatureRows(long[] ids, float[] weights, int[] starts) => (_ids, _weights, _starts) = (ids, weights, starts);

    /// <summary>How many prompts.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Computes them, by the code that serving uses.</summary>
    public static FeatureRows Of(IReadOnlyList<string> texts, FeatureSpec spec)
    {
        List<long> ids = [];
        List<float> weights = [];
        int[] starts = new int[texts.Count + 1];
        long[] rowIds = new long[spec.MaxSlots];
        float[] rowWeights = new float[spec.MaxSlots];
        for (int i = 0; i < texts.Count; i++)
        {
            int count = PromptFeatures.Compute(texts[i], spec, rowIds, rowWeights);
            ids.AddRange(rowIds.AsSpan(0, count));
            weights.AddRange(rowWeights.AsSpan(0, count));
            starts[i + 1] = ids.Count;
        }

        return new FeatureRows([.. ids], [.. weights], starts);
    }

    /// <summary>Buckets of one prompt.</summary>
    public ReadOnlySpan<long> Ids(int row) => _ids.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>Weights of one prompt's buckets.</summary>
    public ReadOnlySpan<float> Weights(int row) => _weights.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);
}
