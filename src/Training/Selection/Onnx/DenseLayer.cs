namespace Godwit.Training.Selection.Onnx;

/// <summary>A layer <c>y = W x + b</c>.</summary>
/// <param name="Weights">W, one row per output.</param>
/// <param name="Bias">b; its length is the number of outputs.</param>
internal sealed record DenseLayer(float[] Weights, float[] Bias)
{
    /// <summary>Length of x.</summary>
    public int Inputs => Weights.Length / Bias.Length;

    /// <summary>Length of y.</summary>
    public int Outputs => Bias.Length;

    /// <summary>W's row for one output.</summary>
    public ReadOnlySpan<float> Row(int output) => Weights.AsSpan(output * Inputs, Inputs);

    /// <summary>y, with the sums in double precision.</summary>
    public float[] Apply(ReadOnlySpan<float> x)
    {
        if (x.Length != Inputs)
            throw new ArgumentException($"{Inputs} numbers are wanted, {x.Length} were given", nameof(x));
        float[] y = new float[Outputs];
        for (int output = 0; output < y.Length; output++)
        {
            double sum = Bias[output];
            ReadOnlySpan<float> row = Row(output);
            for (int input = 0; input < row.Length; input++)
                sum += (double)row[input] * x[input];
            y[output] = (float)sum;
        }

        return y;
    }

    /// <summary>The layer with the weights of one output replaced; that of <see cref="Outputs"/> is added.</summary>
    public DenseLayer With(int output, ReadOnlySpan<float> weights, float bias)
    {
        if (weights.Length != Inputs)
            throw new ArgumentException($"{Inputs} weights are wanted, {weights.Length} were given", nameof(weights));
        float[] rows = new float[Math.Max(Outputs, output + 1) * Inputs];
        Weights.CopyTo(rows, 0);
        weights.CopyTo(rows.AsSpan(output * Inputs));
        float[] biases = new float[Math.Max(Outputs, output + 1)];
        Bias.CopyTo(biases, 0);
        biases[output] = bias;
        return new DenseLayer(rows, biases);
    }

    /// <summary>The layer without one output.</summary>
    public DenseLayer Without(int output) => new(
        [.. Weights.AsSpan(0, output * Inputs), .. Weights.AsSpan((output + 1) * Inputs)],
        [.. Bias.AsSpan(0, output), .. Bias.AsSpan(output + 1)]);
}
