using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.Rows;
using Godwit.Worker.Model.Families;

namespace Godwit.Worker.Model.Cpu;

/// <summary>The parts of one decoder layer. The products of q, k and v are one, and so are gate and up.</summary>
internal sealed class CpuLayer : IDisposable
{
    /// <param name="files">The weights.</param>
    /// <param name="config">Shape of the model.</param>
    /// <param name="index">Number of the layer.</param>
    /// <param name="products">Makes a product of a matrix and its biases.</param>
    public CpuLayer(DecoderFiles files, ModelConfig config, int index, Func<MatrixSource, float[]?, DenseProduct> products)
    {
        WeightNames names = config.Family.Weights;
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        int queries = config.HeadCount * config.HeadDim, keys = config.KvHeadCount * config.HeadDim;
        int[] up = config.Family.Gated ? [inner, inner] : [inner];

        AttentionNorm = Norm(names.AttentionNorm, hidden)!;
        Qkv = Product(names.Qkv, hidden, [queries, keys, keys], config.QkvBias);
        QueryNorm = Norm(names.QueryNorm, config.HeadDim);
        KeyNorm = Norm(names.KeyNorm, config.HeadDim);
        AttentionOutput = Product([names.AttentionOutput], queries, [hidden], config.OutputBias);
        AttentionOutputNorm = Norm(names.AttentionOutputNorm, hidden);
        FeedForwardNorm = Norm(names.FeedForwardNorm, hidden)!;
        GateUp = Product(names.GateUp, hidden, up, config.FeedForwardBias);
        Down = Product([names.Down], inner, [hidden], config.FeedForwardBias);
        FeedForwardOutputNorm = Norm(names.FeedForwardOutputNorm, hidden);

        NormRow? Norm(string? name, int width)
        {
            if (name is null)
            {
                return null;
            }

            (float[] weight, float[]? bias) = files.Norm(index, name, width);
            return new NormRow(weight, bias, (float)config.NormEps);
        }

        DenseProduct Product(IReadOnlyList<string> parts, int inputs, int[] outputs, bool bias) => products(
            files.Dense(index, parts, inputs, outputs), bias ? files.Biases(index, parts, outputs) : null);
    }

    /// <summary>Norm before attention.</summary>
    public NormRow AttentionNorm { get; }

    /// <summary>[heads·d + 2·kvHeads·d, hidden].</summary>
    public DenseProduct Qkv { get; }

    /// <summary>Norm of each head's query; null when the model has none.</summary>
    public NormRow? QueryNorm { get; }

    /// <summary>Norm of each head's key; null when the model has none.</summary>
    public NormRow? KeyNorm { get; }

    /// <summary>[hidden, heads·d].</summary>
    public DenseProduct AttentionOutput { get; }

    /// <summary>Norm of what attention adds to the residual; null when the model has none.</summary>
    public NormRow? AttentionOutputNorm { get; }

    /// <summary>Norm before the feed-forward part.</summary>
    public NormRow FeedForwardNorm { get; }

    /// <summary>[2·intermediate, hidden]; [intermediate, hidden] where there is no gate.</summary>
    public DenseProduct GateUp { get; }

    /// <summary>[hidden, intermediate].</summary>
    public DenseProduct Down { get; }

    /// <summary>Norm of what the feed-forward part adds to the residual; null when the model has none.</summary>
    public NormRow? FeedForwardOutputNorm { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Qkv.Dispose();
        AttentionOutput.Dispose();
        GateUp.Dispose();
        Down.Dispose();
    }
}
