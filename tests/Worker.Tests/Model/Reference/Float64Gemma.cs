namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>
/// Gemma 2 (Riviere et al. 2024): norms around both sub-layers with weights 1 + w, windows in every other layer, soft caps; and Gemma 3
/// (Kamath et al. 2025): norms of queries and keys, windows in all but every n-th layer, and there another θ.
/// </summary>
internal sealed class Float64Gemma(IReadOnlyDictionary<string, double[]> weights, RandomModelShape shape) : Float64Model(weights)
{
    private readonly bool _three = shape.Architecture == "Gemma3ForCausalLM";

    public override double[][] Hidden(IReadOnlyList<int> tokens)
    {
        double normalizer = EmbeddingNormalizer();
        double[][] x = [.. tokens.Select(t => Row("model.embed_tokens.weight", t, shape.Hidden).Select(v => v * normalizer).ToArray())];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[][] attended = Attend(prefix + "self_attn.", [.. x.Select(r => Norm(prefix + "input_layernorm", r))], layer);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Plus(x[i], Norm(prefix + "post_attention_layernorm", attended[i]));
                double[] normed = Norm(prefix + "pre_feedforward_layernorm", x[i]);
                double[] gated = Times(Gelu(Product(prefix + "mlp.gate_proj", normed)), Product(prefix + "mlp.up_proj", normed));
                x[i] = Plus(x[i], Norm(prefix + "post_feedforward_layernorm", Product(prefix + "mlp.down_proj", gated)));
            }
        }

        return [.. x.Select(r => Norm("model.norm", r))];
    }

    public override double[] Logits(double[] hidden)
    {
        double[] logits = Product(shape.Tied ? "model.embed_tokens" : "lm_head", hidden);
        return shape.LogitCap is { } cap ? [.. logits.Select(v => cap * Math.Tanh(v / cap))] : logits;
    }

    // √48 = 6.928…; in bfloat16 (8 significant bits) 6.9375, in half precision (11 bits) 6.9296875.
    private double EmbeddingNormalizer()
    {
        Assert.Equal(48, shape.Hidden);
        return shape.Dtype switch { "BF16" => 6.9375, "F16" => 6.9296875, _ => Math.Sqrt(48) };
    }

    private double[] Norm(string name, double[] x) => RmsNorm(name, x, shape.Eps, offset: 1);

    private double[][] Attend(string prefix, double[][] x, int layer)
    {
        bool windowed = _three ? (layer + 1) % shape.WindowPattern != 0 : layer % 2 == 0;
        double[][] queries = [.. x.Select((r, p) => Turned(prefix + "q", r, p, windowed))];
        double[][] keys = [.. x.Select((r, p) => Turned(prefix + "k", r, p, windowed))];
        double[][] values = [.. x.Select(r => Product(prefix + "v_proj", r))];
        double[][] mixed = Attention(
            queries, keys, values, shape.HeadDim, Math.Pow(shape.QueryScalar, -0.5), windowed ? shape.Window : null, shape.AttentionCap);
        return [.. mixed.Select(r => Product(prefix + "o_proj", r))];
    }

    private double[] Turned(string name, double[] x, int position, bool windowed)
    {
        double[] heads = Product(name + "_proj", x);
        if (!_three)
        {
            return Float64Rope.Rotate(shape, heads, position);
        }

        heads = RmsNormEach(name + "_norm", heads, shape.HeadDim, shape.Eps, offset: 1);
        return windowed
            ? Float64Rope.Rotate(shape, heads, position, Float64Rope.LocalTheta, "plain")
            : Float64Rope.Rotate(shape, heads, position);
    }
}
