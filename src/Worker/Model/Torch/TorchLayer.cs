using Godwit.Worker.Model.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// One decoder layer. The products of q, k and v are one product over stacked rows, and so are gate and up.
/// </summary>
internal sealed class TorchLayer
{
    /// <summary>Dense products of a layer.</summary>
    public const int DenseProducts = 4;

    private readonly ModelConfig _config;
    private readonly int _index;
    private readonly TorchNorm _attentionNorm;
    private readonly TorchDense _qkv;
    private readonly TorchNorm? _queryNorm;
    private readonly TorchNorm? _keyNorm;
    private readonly TorchDense _attentionOutput;
    private readonly TorchNorm? _attentionOutputNorm;
    private readonly TorchNorm _feedForwardNorm;
    private readonly TorchDense _gateUp;
    private readonly TorchDense _down;
    private readonly TorchNorm? _feedForwardOutputNorm;

    public TorchLayer(TorchWeights weights, ModelConfig config, int index)
    {
        WeightNames names = config.Family.Weights;
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        int queries = config.HeadCount * config.HeadDim, keys = config.KvHeadCount * config.HeadDim;

        _config = config;
        _index = index;
        _attentionNorm = weights.ReadNorm(index, names.AttentionNorm, hidden);
        _qkv = weights.ReadDense(index, names.Qkv, hidden, [queries, keys, keys], config.QkvBias);
        _queryNorm = Optional(names.QueryNorm, config.HeadDim);
        _keyNorm = Optional(names.KeyNorm, config.HeadDim);
        _attentionOutput = weights.ReadDense(index, [names.AttentionOutput], queries, [hidden], config.OutputBias);
        _attentionOutputNorm = Optional(names.AttentionOutputNorm, hidden);
        _feedForwardNorm = weights.ReadNorm(index, names.FeedForwardNorm, hidden);
        _gateUp = weights.ReadDense(index, names.GateUp, hidden, config.Family.Gated ? [inner, inner] : [inner], config.FeedForwardBias);
        _down = weights.ReadDense(index, [names.Down], inner, [hidden], config.FeedForwardBias);
        _feedForwardOutputNorm = Optional(names.FeedForwardOutputNorm, hidden);

        TorchNorm? Optional(string? name, int width) => name is null ? null : weights.ReadNorm(index, name, width);
    }

    /// <summary>What follows from the residual stream of all rows, [rows, hidden].</summary>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="step">The step.</param>
    /// <param name="rotation">How its positions turn; null where they are embedded instead.</param>
    /// <param name="attention">Attention over the KV cache.</param>
    /// <param name="views">What the layer reads there, by group.</param>
    public Tensor Forward(Tensor x, TorchStep step, TorchRotation? rotation, TorchAttention attention, KvView[] views)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = Attend(_attentionNorm.Apply(x), step, rotation, attention, views);
        x = x.Plus(Normed(_attentionOutputNorm, _attentionOutput.Apply(attended)));
        Tensor inner = Activated(_gateUp.Apply(_feedForwardNorm.Apply(x)));
        x = x.Plus(Normed(_feedForwardOutputNorm, _down.Apply(inner)));
        return x.MoveToOuterDisposeScope();
    }

    private static Tensor Normed(TorchNorm? norm, Tensor delta) => norm is null ? delta : norm.Apply(delta);

    private Tensor Attend(Tensor x, TorchStep step, TorchRotation? rotation, TorchAttention attention, KvView[] views)
    {
        int heads = _config.HeadCount, kvHeads = _config.KvHeadCount;
        Tensor qkv = _qkv.Apply(x).view(x.shape[0], heads + (2 * kvHeads), _config.HeadDim);
        Tensor queries = Normed(_queryNorm, qkv.narrow(1, 0, heads));
        Tensor keys = Normed(_keyNorm, qkv.narrow(1, heads, kvHeads));
        if (rotation is not null)
        {
            queries = rotation.Apply(queries);
            keys = rotation.Apply(keys);
        }

        queries = attention.QueryFactor == 1 ? queries : queries.Times(attention.QueryFactor);
        return attention.Attend(
            _index, queries.to(x.dtype).contiguous(), keys.to(x.dtype), qkv.narrow(1, heads + kvHeads, kvHeads), step, views);
    }

    private Tensor Activated(Tensor up)
    {
        if (_config.FeedForward == FeedForwardKind.Gelu)
        {
            return Gelu(up);
        }

        Tensor[] parts = up.chunk(2, -1);
        Tensor gate = _config.FeedForward == FeedForwardKind.GatedSilu ? nn.functional.silu(parts[0]) : Gelu(parts[0]);
        return gate * parts[1];
    }

    private static Tensor Gelu(Tensor x) => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh);
}
