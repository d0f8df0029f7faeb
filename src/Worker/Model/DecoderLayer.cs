using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>
/// Weights of one decoder layer. The products of q, k and v are one product over stacked rows, and so are gate and up: a row of a
/// product does not depend on how many other outputs are computed with it.
/// </summary>
internal sealed unsafe class DecoderLayer : IDisposable
{
    private readonly Tensor _inputNorm;
    private readonly Tensor _postNorm;
    private readonly Tensor? _qkvBias;
    private readonly Tensor? _outputBias;

    public DecoderLayer(WeightTensors weights, ModelConfig config, int index)
    {
        string prefix = $"model.layers.{index}.";
        string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
        long queries = config.HeadCount * config.HeadDim, keys = config.KvHeadCount * config.HeadDim;
        long hidden = config.HiddenSize, inner = config.IntermediateSize;

        _inputNorm = weights.Vector(prefix + "input_layernorm.weight", hidden);
        _postNorm = weights.Vector(prefix + "post_attention_layernorm.weight", hidden);
        Qkv = new DenseLayer(weights.Stack(
            hidden,
            (attention + "q_proj.weight", queries),
            (attention + "k_proj.weight", keys),
            (attention + "v_proj.weight", keys)));
        Output = new DenseLayer(weights.Stack(queries, (attention + "o_proj.weight", hidden)));
        GateUp = new DenseLayer(weights.Stack(hidden, (mlp + "gate_proj.weight", inner), (mlp + "up_proj.weight", inner)));
        Down = new DenseLayer(weights.Stack(inner, (mlp + "down_proj.weight", hidden)));
        _qkvBias = !config.QkvBias ? null : weights.Stack(
            null, (attention + "q_proj.bias", queries), (attention + "k_proj.bias", keys), (attention + "v_proj.bias", keys));
        _outputBias = config.OutputBias ? weights.Vector(attention + "o_proj.bias", hidden) : null;
    }

    /// <summary>[heads·d + 2·kvHeads·d, hidden].</summary>
    public DenseLayer Qkv { get; }

    /// <summary>[hidden, heads·d].</summary>
    public DenseLayer Output { get; }

    /// <summary>[2·intermediate, hidden].</summary>
    public DenseLayer GateUp { get; }

    /// <summary>[hidden, intermediate].</summary>
    public DenseLayer Down { get; }

    /// <summary>Weight of the norm before attention.</summary>
    public float* InputNorm => RowBuffer.PointerTo(_inputNorm);

    /// <summary>Weight of the norm before the feed-forward part.</summary>
    public float* PostNorm => RowBuffer.PointerTo(_postNorm);

    /// <summary>Bias of q, k and v; null when the model has none.</summary>
    public float* QkvBias => _qkvBias is null ? null : RowBuffer.PointerTo(_qkvBias);

    /// <summary>Bias of the output projection; null when the model has none.</summary>
    public float* OutputBias => _outputBias is null ? null : RowBuffer.PointerTo(_outputBias);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable? part in (ReadOnlySpan<IDisposable?>)[
            _inputNorm, _postNorm, _qkvBias, _outputBias, Qkv, Output, GateUp, Down])
        {
            part?.Dispose();
        }
    }
}
