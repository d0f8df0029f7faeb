namespace Godwit.Worker.Tests.Model;

/// <summary>
/// The Llama family once more, written from the papers' formulas, in float64, without cache, batch or tricks: what the engine must
/// agree with.
/// </summary>
internal sealed class Float64Llama(RandomModel model)
{
    private readonly RandomModelShape _shape = model.Shape;

    /// <summary>Logits of the last of <paramref name="tokens"/>.</summary>
    public double[] Logits(IReadOnlyList<int> tokens)
    {
        double[][] x = [.. tokens.Select(t => Values("model.embed_tokens.weight").AsSpan(t * _shape.Hidden, _shape.Hidden).ToArray())];
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[][] attended = Attention(prefix + "self_attn.", [.. x.Select(r => Norm(prefix + "input_layernorm", r))]);
            for (int i = 0; i < x.Length; i++)
            {
                double[] afterAttention = Plus(x[i], attended[i]);
                x[i] = Plus(afterAttention, FeedForward(prefix + "mlp.", Norm(prefix + "post_attention_layernorm", afterAttention)));
            }
        }

        double[] last = Norm("model.norm", x[^1]);
        return Product(_shape.Tied ? "model.embed_tokens" : "lm_head", last);
    }

    private double[] Values(string name) => model.Weights[name].Values;

    private double[] Norm(string name, double[] x)
    {
        double scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + _shape.Eps);
        return [.. x.Zip(Values(name + ".weight"), (v, w) => v * scale * w)];
    }

    private double[] Product(string name, double[] x)
    {
        double[] weight = Values(name + ".weight");
        double[]? bias = model.Weights.TryGetValue(name + ".bias", out var found) ? found.Values : null;
        double[] y = new double[weight.Length / x.Length];
        for (int o = 0; o < y.Length; o++)
        {
            double sum = bias?[o] ?? 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += weight[(o * x.Length) + i] * x[i];
            }

            y[o] = sum;
        }

        return y;
    }

    private double[] FeedForward(string prefix, double[] x)
    {
        double[] gate = Product(prefix + "gate_proj", x), up = Product(prefix + "up_proj", x);
        return Product(prefix + "down_proj", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    private double[][] Attention(string prefix, double[][] x)
    {
        int dim = _shape.HeadDim;
        double[][] queries = [.. x.Select((r, p) => Rotate(Product(prefix + "q_proj", r), p))];
        double[][] keys = [.. x.Select((r, p) => Rotate(Product(prefix + "k_proj", r), p))];
        double[][] values = [.. x.Select(r => Product(prefix + "v_proj", r))];
        double[][] output = new double[x.Length][];
        for (int row = 0; row < x.Length; row++)
        {
            double[] mixed = new double[_shape.Heads * dim];
            for (int head = 0; head < _shape.Heads; head++)
            {
                int kv = head / (_shape.Heads / _shape.KvHeads);
                double[] weights = new double[row + 1];
                for (int t = 0; t <= row; t++)
                {
                    for (int d = 0; d < dim; d++)
                    {
                        weights[t] += queries[row][(head * dim) + d] * keys[t][(kv * dim) + d];
                    }

                    weights[t] = Math.Exp(weights[t] / Math.Sqrt(dim));
                }

                double sum = weights.Sum();
                for (int t = 0; t <= row; t++)
                {
                    for (int d = 0; d < dim; d++)
                    {
                        mixed[(head * dim) + d] += weights[t] / sum * values[t][(kv * dim) + d];
                    }
                }
            }

            output[row] = Product(prefix + "o_proj", mixed);
        }

        return output;
    }

    private double[] Rotate(double[] heads, int position)
    {
        int dim = _shape.HeadDim, half = dim / 2;
        double[] rotated = new double[heads.Length];
        for (int start = 0; start < heads.Length; start += dim)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * Frequency(Math.Pow(_shape.RopeTheta, -(double)i / half));
                double a = heads[start + i], b = heads[start + half + i];
                rotated[start + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                rotated[start + half + i] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
            }
        }

        return rotated;
    }

    // Llama 3's rule for factor 8, low 1, high 4, original context 32 (RandomModel writes these).
    private double Frequency(double frequency)
    {
        double turns = 32 * frequency / (2 * Math.PI);
        return !_shape.Llama3Scaling || turns > 4
            ? frequency
            : turns < 1
                ? frequency / 8
                : (((1 - ((turns - 1) / 3)) / 8) + ((turns - 1) / 3)) * frequency;
    }

    private static double[] Plus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
