namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>GPT-2 (Radford et al. 2019): learned positions, LayerNorm before each sub-layer, GELU, a bias everywhere.</summary>
internal sealed class Float64Gpt2(IReadOnlyDictionary<string, double[]> weights, RandomModelShape shape) : Float64Model(weights)
{
    public override double[][] Hidden(IReadOnlyList<int> tokens)
    {
        string root = shape.Prefix;
        double[][] x = [.. tokens.Select((t, p) => Plus(Row(root + "wte.weight", t, shape.Hidden), Row(root + "wpe.weight", p, shape.Hidden)))];
        int dim = shape.Hidden / shape.Heads;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string prefix = $"{root}h.{layer}.";
            double[][][] qkv =
            [
                .. x.Select(r => Conv1D(prefix + "attn.c_attn", LayerNorm(prefix + "ln_1", r, shape.Eps)).Chunk(shape.Hidden).ToArray()),
            ];
            double[][] mixed = Attention(
                [.. qkv.Select(p => p[0])], [.. qkv.Select(p => p[1])], [.. qkv.Select(p => p[2])], dim, 1 / Math.Sqrt(dim));
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Plus(x[i], Conv1D(prefix + "attn.c_proj", mixed[i]));
                double[] inner = Gelu(Conv1D(prefix + "mlp.c_fc", LayerNorm(prefix + "ln_2", x[i], shape.Eps)));
                x[i] = Plus(x[i], Conv1D(prefix + "mlp.c_proj", inner));
            }
        }

        return [.. x.Select(r => LayerNorm(root + "ln_f", r, shape.Eps))];
    }

    public override double[] Logits(double[] hidden) => Product(shape.Tied ? shape.Prefix + "wte" : "lm_head", hidden);
}
