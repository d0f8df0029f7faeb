namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>
/// A decoder once more, written from the published equations, in float64, without cache, batch or tricks: what the engine must agree
/// with. Families are classes of their own here, so that no part is shared with what is tested.
/// </summary>
internal abstract class Float64Model(IReadOnlyDictionary<string, double[]> weights)
{
    public static Float64Model Of(RandomModel model) => model.Shape.Architecture switch
    {
        "GPT2LMHeadModel" => new Float64Gpt2(model.Values, model.Shape),
        "Phi3ForCausalLM" => new Float64Phi3(model.Values, model.Shape),
        "Gemma2ForCausalLM" or "Gemma3ForCausalLM" => new Float64Gemma(model.Values, model.Shape),
        _ => new Float64Llama(model.Values, model.Shape),
    };

    /// <summary>States after the last norm, one row per token.</summary>
    public abstract double[][] Hidden(IReadOnlyList<int> tokens);

    /// <summary>Logits after a row of <see cref="Hidden"/>.</summary>
    public abstract double[] Logits(double[] hidden);

    protected double[] Values(string name) => weights[name];

    protected double[] Row(string name, int row, int width) => Values(name).AsSpan(row * width, width).ToArray();

    /// <summary>y = W x (+ b), W stored as [outputs, inputs].</summary>
    protected double[] Product(string name, double[] x)
    {
        double[] weight = Values(name + ".weight"), y = Bias(name, weight.Length / x.Length);
        for (int o = 0; o < y.Length; o++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += weight[(o * x.Length) + i] * x[i];
            }
        }

        return y;
    }

    /// <summary>y = Wᵀ x + b, W stored as [inputs, outputs].</summary>
    protected double[] Conv1D(string name, double[] x)
    {
        double[] weight = Values(name + ".weight"), y = Bias(name, weight.Length / x.Length);
        for (int o = 0; o < y.Length; o++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += weight[(i * y.Length) + o] * x[i];
            }
        }

        return y;
    }

    protected double[] RmsNorm(string name, double[] x, double eps, double offset = 0)
    {
        double scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + eps);
        return [.. x.Zip(Values(name + ".weight"), (v, w) => v * scale * (offset + w))];
    }

    /// <summary>The norm of each head by itself.</summary>
    protected double[] RmsNormEach(string name, double[] heads, int dim, double eps, double offset = 0) =>
        [.. heads.Chunk(dim).SelectMany(head => RmsNorm(name, head, eps, offset))];

    protected double[] LayerNorm(string name, double[] x, double eps)
    {
        double mean = x.Average(), scale = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + eps);
        double[] weight = Values(name + ".weight"), bias = Values(name + ".bias");
        return [.. x.Select((v, i) => ((v - mean) * scale * weight[i]) + bias[i])];
    }

    /// <summary>Causal attention of every row to the last <paramref name="window"/> positions up to its own.</summary>
    protected static double[][] Attention(
        double[][] queries, double[][] keys, double[][] values, int dim, double scale, int? window = null, double? cap = null)
    {
        int heads = queries[0].Length / dim, group = heads / (keys[0].Length / dim);
        double[][] output = [.. queries.Select(q => new double[q.Length])];
        for (int row = 0; row < queries.Length; row++)
        {
            int first = window is { } w ? Math.Max(0, row - w + 1) : 0;
            for (int head = 0; head < heads; head++)
            {
                int own = head * dim, shared = head / group * dim;
                double[] weights = new double[row + 1];
                for (int t = first; t <= row; t++)
                {
                    double score = scale * Enumerable.Range(0, dim).Sum(d => queries[row][own + d] * keys[t][shared + d]);
                    weights[t] = Math.Exp(cap is { } c ? c * Math.Tanh(score / c) : score);
                }

                double sum = weights.Sum();
                for (int t = first; t <= row; t++)
                {
                    for (int d = 0; d < dim; d++)
                    {
                        output[row][own + d] += weights[t] / sum * values[t][shared + d];
                    }
                }
            }
        }

        return output;
    }

    protected static double[] Plus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    protected static double[] Times(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    protected static double[] Silu(double[] x) => [.. x.Select(v => v / (1 + Math.Exp(-v)))];

    protected static double[] Gelu(double[] x) =>
        [.. x.Select(v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))))];

    private double[] Bias(string name, int outputs) =>
        weights.TryGetValue(name + ".bias", out double[]? bias) ? [.. bias] : new double[outputs];
}
