using Godwit.Worker.Model.Families;

namespace Godwit.Worker.Model;

/// <summary>
/// Weights of one decoder layer. The products of q, k and v are one product over stacked rows, and so are gate and up: a row of a
/// product does not depend on how many other outputs are computed with it.
/// </summary>
internal sealed class DecoderLayer : IDisposable
{
    public DecoderLayer(DecoderWeights weights, ModelConfig config, int index)
    {
        WeightNames names = config.Family.Weights;
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        long queries = config.HeadCount * config.HeadDim, keys = config.KvHeadCount * config.HeadDim;

        AttentionNorm = weights.ReadNorm(index, names.AttentionNorm, hidden);
        Qkv = weights.ReadDense(index, names.Qkv, hidden, [queries, keys, keys], config.QkvBias);
        QueryNorm = Optional(names.QueryNorm, config.HeadDim);
        KeyNorm = Optional(names.KeyNorm, config.HeadDim);
        AttentionOutput = weights.ReadDense(index, [names.AttentionOutput], queries, [hidden], config.OutputBias);
        AttentionOutputNorm = Optional(names.AttentionOutputNorm, hidden);
        FeedForwardNorm = weights.ReadNorm(index, names.FeedForwardNorm, hidden);
        GateUp = weights.ReadDense(index, names.GateUp, hidden, config.Family.Gated ? [inner, inner] : [inner], config.FeedForwardBias);
        Down = weights.ReadDense(index, [names.Down], inner, [hidden], config.FeedForwardBias);
        FeedForwardOutputNorm = Optional(names.FeedForwardOutputNorm, hidden);

        NormLayer? Optional(string? name, int width) => name is null ? null : weights.ReadNorm(index, name, width);
    }

    /// <summary>Norm before attention.</summary>
    public NormLayer AttentionNorm { get; }

    /// <summary>[heads·d + 2·kvHeads·d, hidden].</summary>
    public DenseLayer Qkv { get; }

    /// <summary>Norm of each head's query; null when the model has none.</summary>
    public NormLayer? QueryNorm { get; }

    /// <summary>Norm of each head's key; null when the model has none.</summary>
    public NormLayer? KeyNorm { get; }

    /// <summary>[hidden, heads·d].</summary>
    public DenseLayer AttentionOutput { get; }

    /// <summary>Norm of what attention adds to the residual; null when the model has none.</summary>
    public NormLayer? AttentionOutputNorm { get; }

    /// <summary>Norm before the feed-forward part.</summary>
    public NormLayer FeedForwardNorm { get; }

    /// <summary>[2·intermediate, hidden]; [intermediate, hidden] where there is no gate.</summary>
    public DenseLayer GateUp { get; }

    /// <summary>[hidden, intermediate].</summary>
    public DenseLayer Down { get; }

    /// <summary>Norm of what the feed-forward part adds to the residual; null when the model has none.</summary>
    public NormLayer? FeedForwardOutputNorm { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable? part in (ReadOnlySpan<IDisposable?>)[
            AttentionNorm, Qkv, QueryNorm, KeyNorm, AttentionOutput, AttentionOutputNorm, FeedForwardNorm, GateUp, Down, FeedForwardOutputNorm])
        {
            part?.Dispose();
        }
    }
}
