using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Tests.Model.Cpu;

/// <summary>The element-wise functions against the C library's in float64, far from zero, near it, and in the tails of a row.</summary>
public sealed unsafe class ActivationKernelsTests
{
    private static readonly float[] s_x =
    [
        .. Enumerable.Range(-400, 801).Select(i => i / 37f), .. Enumerable.Range(-40, 81).Select(i => i / 160f), 0f, -0f, 1e-20f, -1e-6f, 90, -90,
        500, -500, 1e30f, -1e30f,
    ];

    [Theory]
    [InlineData(30f)]
    [InlineData(0.5f)]
    public void SoftCap(float cap)
    {
        float[] y = [.. s_x];
        fixed (float* pointer = y)
        {
            ActivationKernels.SoftCap(pointer, cap, y.Length);
        }

        Assert.All(s_x.Zip(y), pair => AssertClose(cap * Math.Tanh(pair.First / (double)cap), pair.Second, 1e-6));
    }

    [Fact]
    public void Gelu_AndGated()
    {
        float[] y = new float[s_x.Length], gated = new float[s_x.Length], both = [.. s_x, .. Enumerable.Repeat(3f, s_x.Length)];
        fixed (float* x = s_x, gateUp = both, plain = y, product = gated)
        {
            ActivationKernels.FeedForward(FeedForwardKind.Gelu, plain, x, y.Length);
            ActivationKernels.FeedForward(FeedForwardKind.GatedGelu, product, gateUp, y.Length);
        }

        for (int i = 0; i < s_x.Length; i++)
        {
            double v = s_x[i], expected = 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))));
            Assert.InRange(y[i] - expected, -1e-6 * Math.Max(1, Math.Abs(v)), 1e-6 * Math.Max(1, Math.Abs(v)));
            Assert.Equal(3 * y[i], gated[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(45)]
    public void LayerNorm_HasTheMeanAndTheSpreadOfItsWeights(int n)
    {
        var random = new Random(n);
        float[] x = [.. Enumerable.Range(0, n).Select(_ => (float)(100 + random.NextDouble()))], y = new float[n];
        float[] weight = [.. x.Select(_ => (float)random.NextDouble())], bias = [.. x.Select(_ => (float)random.NextDouble())];
        fixed (float* from = x, to = y, w = weight, b = bias)
        {
            RowKernels.LayerNorm(to, from, w, b, n, 1e-5f);
        }

        double mean = x.Average(v => (double)v), spread = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        Assert.All(Enumerable.Range(0, n), i => AssertClose(((x[i] - mean) / spread * weight[i]) + bias[i], y[i], 1e-3));
    }

    private static void AssertClose(double expected, float actual, double relative) =>
        Assert.InRange(actual - expected, -relative * Math.Max(1e-6, Math.Abs(expected)), relative * Math.Max(1e-6, Math.Abs(expected)));
}
