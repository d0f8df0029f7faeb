using Godwit.Worker.Model.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Godwit.Training.Experts.Network;

/// <summary>
/// The forward pass of an expert in training: Llama's layers (RMS norms, rotary positions, gated feed-forward) with products in bf16 and
/// everything else in 32 bits. Run it in a dispose scope: what it makes in between is the caller's to free.
/// </summary>
internal sealed class ExpertNetwork : IDisposable
{
    private readonly ExpertWeights _weights;
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    public ExpertNetwork(ExpertWeights weights)
    {
        _weights = weights;
        int half = weights.Shape.HeadDim / 2;
        float[] angles =
        [
            .. Enumerable.Range(0, weights.Shape.Context).SelectMany(position => Enumerable.Range(0, half)
                .Select(i => (float)(position * Math.Pow(ExpertShape.RopeTheta, -(double)i / half)))),
        ];
        using Tensor angle = tensor(angles, 1, weights.Shape.Context, 1, half);
        (_cos, _sin) = (angle.cos(), angle.sin());
    }

    /// <summary>Cross-entropy of every next token, nats.</summary>
    /// <param name="tokens">int64 [sequences, length + 1].</param>
    /// <param name="reduction">Mean, or none: then [sequences · length].</param>
    public Tensor Loss(Tensor tokens, Reduction reduction = Reduction.Mean)
    {
        long length = tokens.shape[1] - 1;
        using Tensor inputs = tokens.narrow(1, 0, length);
        using Tensor targets = tokens.narrow(1, 1, length).reshape(-1);
        return functional.cross_entropy(Logits(inputs), targets, reduction: reduction);
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }

    /// <summary>Logits of every position, [sequences · length, vocabulary].</summary>
    /// <param name="tokens">int64 [sequences, length].</param>
    public Tensor Logits(Tensor tokens)
    {
        Tensor stream = _weights.Embedding.index_select(0, tokens.reshape(-1)).view(tokens.shape[0], tokens.shape[1], _weights.Shape.Hidden);
        foreach (ExpertLayer layer in _weights.Layers)
        {
            stream = stream.Plus(Attention(layer, Normed(stream, layer.AttentionNorm)));
            stream = stream.Plus(FeedForward(layer, Normed(stream, layer.FeedForwardNorm)));
        }

        return Product(Normed(stream, _weights.Norm), _weights.Embedding).to(float32).reshape(-1, _weights.Shape.Vocabulary);
    }

    private static Tensor Product(Tensor x, Tensor weights) => functional.linear(x, weights.to(bfloat16));

    // The result is what products read, so bf16.
    private static Tensor Normed(Tensor x, Tensor weights) =>
        x.mul(x.mul(x).mean([-1], keepdim: true).Plus(ExpertShape.NormEpsilon).rsqrt()).mul(weights).to(bfloat16);

    private static Tensor FeedForward(ExpertLayer layer, Tensor x)
    {
        Tensor[] gateUp = Product(x, layer.GateUp).chunk(2, -1);
        return Product(functional.silu(gateUp[0]).mul(gateUp[1]), layer.Down);
    }

    private Tensor Attention(ExpertLayer layer, Tensor x)
    {
        long sequences = x.shape[0], length = x.shape[1];
        ExpertShape shape = _weights.Shape;
        Tensor[] parts = [.. Product(x, layer.QueryKeyValue).chunk(3, -1).Select(part => part.view(sequences, length, shape.Heads, shape.HeadDim))];
        Tensor attended = functional.scaled_dot_product_attention(
            Rotated(parts[0], length).transpose(1, 2),
            Rotated(parts[1], length).transpose(1, 2),
            parts[2].transpose(1, 2),
            is_casual: true);
        return Product(attended.transpose(1, 2).reshape(sequences, length, shape.Hidden), layer.AttentionOutput);
    }

    // Halves are turned against each other, as Hugging Face's Llama does.
    private Tensor Rotated(Tensor x, long length)
    {
        Tensor cos = _cos.narrow(1, 0, length).to(x.dtype), sin = _sin.narrow(1, 0, length).to(x.dtype);
        Tensor[] halves = x.chunk(2, -1);
        return cat([halves[0].mul(cos).sub(halves[1].mul(sin)), halves[1].mul(cos).Plus(halves[0].mul(sin))], -1);
    }
}
