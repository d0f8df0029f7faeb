namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>Phi-3 (Abdin et al. 2024): Llama with fused matrices, a window, and positions that may turn only a part of a head.</summary>
internal sealed class Float64Phi3(IReadOnlyDictionary<string, double[]> weights, RandomModelShape shape) : Float64Model(weights)
{
    public override double[][] Hidden(IReadOnlyList<int> tokens)
    {
        double[][] x = [.. tokens.Select(t => Row("model.embed_tokens.weight", t, shape.Hidden))];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[][] attended = Attend(prefix + "self_attn.", [.. x.Select(r => RmsNorm(prefix + "input_layernorm", r, shape.Eps))]);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Plus(x[i], attended[i]);
                double[] gateUp = Product(prefix + "mlp.gate_up_proj", RmsNorm(prefix + "post_attention_layernorm", x[i], shape.Eps));
                double[] gate = gateUp[..shape.Intermediate], up = gateUp[shape.Intermediate..];
                x[i] = Plus(x[i], Product(prefix + "mlp.down_proj", Times(up, Silu(gate))));
            }
        }

        return [.. x.Select(r => RmsNorm("model.norm", r, shape.Eps))];
    }

    public override double[] Logits(double[] hidden) => Product(shape.Tied ? "model.embed_tokens" : "lm_head", hidden);

    private double[][] Attend(string prefix, double[][] x)
    {
        int queries = shape.Heads * shape.HeadDim, keys = shape.KvHeads * shape.HeadDim;
        double[][] qkv = [.. x.Select(r => Product(prefix + "qkv_proj", r))];
        double[][] mixed = Attention(
            [.. qkv.Select((r, p) => Float64Rope.Rotate(shape, r[..queries], p))],
            [.. qkv.Select((r, p) => Float64Rope.Rotate(shape, r[queries..(queries + keys)], p))],
            [.. qkv.Select(r => r[(queries + keys)..])],
            shape.HeadDim,
            1 / Math.Sqrt(shape.HeadDim),
            shape.Window);
        return [.. mixed.Select(r => Product(prefix + "o_proj", r))];
    }
}
