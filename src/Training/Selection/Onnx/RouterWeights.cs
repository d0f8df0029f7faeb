namespace Godwit.Training.Selection.Onnx;

/// <summary>
/// The router's arithmetic: the weighted sum of an embedding per n-gram, one hidden layer, and two heads with an output per expert.
/// What <see cref="OnnxWriter"/> writes and ONNX Runtime computes at serving.
/// </summary>
/// <param name="Table">One row of <see cref="Width"/> numbers per bucket.</param>
/// <param name="Hidden">Table width to hidden width; ReLU follows. Its output is the prompt's embedding.</param>
/// <param name="Loss">Embedding to the expected loss of each expert, nats per UTF-8 byte.</param>
/// <param name="LogVariance">Embedding to the natural logarithm of the variance of that loss's error.</param>
internal sealed record RouterWeights(float[] Table, DenseLayer Hidden, DenseLayer Loss, DenseLayer LogVariance)
{
    /// <summary>Length of a row of the table.</summary>
    public int Width => Hidden.Inputs;

    /// <summary>Rows of the table.</summary>
    public int Buckets => Table.Length / Width;

    /// <summary>Experts with a head.</summary>
    public int Experts => Loss.Outputs;

    /// <summary>The embedding of one prompt's features.</summary>
    /// <param name="ids">Buckets.</param>
    /// <param name="weights">The weight of each.</param>
    public float[] Embed(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights)
    {
        float[] sum = new float[Width];
        for (int slot = 0; slot < ids.Length; slot++)
        {
            ReadOnlySpan<float> row = Table.AsSpan((int)ids[slot] * Width, Width);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += weights[slot] * row[i];
        }

        float[] embedding = Hidden.Apply(sum);
        for (int i = 0; i < embedding.Length; i++)
            embedding[i] = Math.Max(0, embedding[i]);
        return embedding;
    }
}
