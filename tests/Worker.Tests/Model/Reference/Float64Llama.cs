namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>
/// Llama (Touvron et al. 2023) and what differs from it by a detail: Mistral (a window), Qwen2 (bias of q, k and v; a window in upper
/// layers) and Qwen3 (norms of each head's query and key).
/// </summary>
internal sealed class Float64Llama(IReadOnlyDictionary<string, double[]> weights, RandomModelShape shape) : Float64Model(weights)
{
    public override double[][] Hidden(IReadOnlyList<int> tokens)
    {
        double[][] x = [.. tokens.Select(t => Row("model.embed_tokens.weight", t, shape.Hidden))];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[][] attended = Attend(prefix + "self_attn.", [.. x.Select(r => RmsNorm(prefix + "input_layernorm", r, shape.Eps))], layer);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Plus(x[i], attended[i]);
                double[] normed = RmsNorm(prefix + "post_attention_layernorm", x[i], shape.Eps);
                double[] gated = Times(Silu(Product(prefix + "mlp.gate_proj", normed)), Product(prefix + "mlp.up_proj", normed));
                x[i] = Plus(x[i], Product(prefix + "mlp.down_proj", gated));
            }
        }

        return [.. x.Select(r => RmsNorm("model.norm", r, shape.Eps))];
    }

    public override double[] Logits(double[] hidden) => Product(shape.Tied ? "model.embed_tokens" : "lm_head", hidden);

    private double[][] Attend(string prefix, double[][] x, int layer)
    {
        double[][] queries = [.. x.Select((r, p) => Turned(prefix + "q", r, p))];
        double[][] keys = [.. x.Select((r, p) => Turned(prefix + "k", r, p))];
        double[][] values = [.. x.Select(r => Product(prefix + "v_proj", r))];
        bool windowed = shape.Architecture == "MistralForCausalLM" || layer >= shape.FirstWindowLayer;
        double[][] mixed = Attention(
            queries, keys, values, shape.HeadDim, 1 / Math.Sqrt(shape.HeadDim), windowed ? shape.Window : null);
        return [.. mixed.Select(r => Product(prefix + "o_proj", r))];
    }

    private double[] Turned(string name, double[] x, int position)
    {
        double[] heads = Product(name + "_proj", x);
        if (shape.QkNorm)
        {
            heads = RmsNormEach(name + "_norm", heads, shape.HeadDim, shape.Eps);
        }

        return Float64Rope.Rotate(shape, heads, position);
    }
}
