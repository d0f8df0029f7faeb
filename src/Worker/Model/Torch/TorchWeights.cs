using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// Reads the parts of a decoder from its files onto a device. The tensors belong to the dispose scope in which they are read.
/// </summary>
/// <param name="files">The weights; read only while parts are.</param>
/// <param name="config">Shape.</param>
/// <param name="device">Where the tensors shall live.</param>
/// <param name="dtype">Their number format; norms are fp32 in any case.</param>
internal sealed class TorchWeights(DecoderFiles files, ModelConfig config, Device device, ScalarType dtype)
{
    // Entries that pass through the host's memory at a time.
    private const int ChunkEntries = 1 << 20;

    /// <summary>
    /// The number format to compute in: fp32 on the host; elsewhere that of the stored embedding, but fp32 where it is half precision,
    /// which does not hold the activations of every model that is stored in it.
    /// </summary>
    public static ScalarType DtypeOn(Device device, DecoderFiles files)
    {
        bool brain = files.Embedding.Parts[0].Dtype == WeightDtype.BF16;
        return brain && device.type != TorchSharp.DeviceType.CPU ? bfloat16 : float32;
    }

    /// <summary>The token embedding, [vocabulary, hidden].</summary>
    public Tensor ReadEmbedding() => Matrix(files.Embedding);

    /// <summary>The position embedding, [context, hidden]; null when positions are rotated.</summary>
    public Tensor? ReadPositions() => files.Positions is { } positions ? Matrix(positions) : null;

    /// <summary>What embeddings are multiplied by.</summary>
    public float EmbeddingScale() => files.EmbeddingScale;

    /// <summary>The output projection to logits; the embedding's matrix where they are tied.</summary>
    public TorchDense ReadHead(Tensor embedding) => new(config.TieWordEmbeddings ? embedding : Matrix(files.Head));

    /// <summary>The norm after the last layer.</summary>
    public TorchNorm ReadFinalNorm() => Norm(files.FinalNorm);

    /// <summary>A norm of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="name">Its name in the layer.</param>
    /// <param name="width">Entries of a row.</param>
    public TorchNorm ReadNorm(int layer, string name, int width) => Norm(files.Norm(layer, name, width));

    /// <summary>A product of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="names">Names in the layer of the matrices that are stacked, or of the one that holds them stacked.</param>
    /// <param name="inputs">Entries of an input row.</param>
    /// <param name="outputs">Outputs of each matrix.</param>
    /// <param name="bias">Whether each has a bias.</param>
    public TorchDense ReadDense(int layer, IReadOnlyList<string> names, int inputs, int[] outputs, bool bias) => new(
        Matrix(files.Dense(layer, names, inputs, outputs)),
        bias ? tensor(files.Biases(layer, names, outputs)).to(dtype, device) : null);

    /// <summary>Refuses files with tensors that nobody read.</summary>
    /// <exception cref="ModelLoadException">There is such a tensor; the first by name is given.</exception>
    public void RequireAllRead() => files.RequireAllRead();

    private TorchNorm Norm((float[] Weight, float[]? Bias) parts) => new(
        tensor(parts.Weight).to(device), parts.Bias is { } bias ? tensor(bias).to(device) : null, config.NormEps);

    private Tensor Matrix(MatrixSource source)
    {
        Tensor stacked = empty([source.Outputs, source.Inputs], dtype, device);
        long first = 0;
        foreach (WeightTensor part in source.Parts)
        {
            using Tensor rows = stacked.narrow(0, first, source.OutputsOf(part));
            if (source.InputsFirst)
            {
                using Tensor stored = empty([source.Inputs, source.OutputsOf(part)], dtype, device), turned = stored.t();
                Read(part, stored);
                rows.copy_(turned);
            }
            else
            {
                Read(part, rows);
            }

            first += source.OutputsOf(part);
        }

        return stacked;
    }

    private static void Read(WeightTensor source, Tensor target)
    {
        using Tensor flat = target.view(-1);
        for (long done = 0; done < source.ElementCount; done += ChunkEntries)
        {
            float[] values = new float[Math.Min(ChunkEntries, source.ElementCount - done)];
            source.CopyTo(values, done);
            using Tensor chunk = tensor(values), part = flat.narrow(0, done, values.Length);
            part.copy_(chunk);
        }
    }
}
