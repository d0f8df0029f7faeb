using System.Runtime.InteropServices;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.Dense;

namespace Godwit.Worker.Tests.Model.Cpu;

/// <summary>Random inputs and weights as a kernel wants them, and the same as doubles.</summary>
internal sealed unsafe class KernelProduct
{
    private readonly DenseKernel _kernel;
    private readonly int _rows;
    private readonly int _outputs;
    private readonly int _inputs;
    private readonly float[] _x;
    private readonly float[] _w;
    private readonly byte[] _weights;
    private readonly float[] _scales;
    private readonly int _padded;
    private long _largestSum;

    public KernelProduct(
        DenseKernel kernel, WeightFormat format, int rows, int outputs, int inputs, int seed, Action<float[]>? change = null)
    {
        var random = new Random(seed);
        (_kernel, _rows, _outputs, _inputs) = (kernel, rows, outputs, inputs);
        _x = [.. Enumerable.Range(0, rows * inputs).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        change?.Invoke(_x);
        _w = [.. Enumerable.Range(0, outputs * inputs).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        _padded = (inputs + kernel.GroupInputs - 1) / kernel.GroupInputs * kernel.GroupInputs;
        _weights = new byte[outputs * _padded * kernel.WeightBytes];
        _scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            Write(format, output);
        }
    }

    /// <summary>The sum in double, of the weights as given and of the inputs, and the sum of the products' magnitudes.</summary>
    public (double Sum, double Magnitude) Exact(int row, int output)
    {
        double sum = 0, magnitude = 0;
        for (int i = 0; i < _inputs; i++)
        {
            double product = (double)_x[(row * _inputs) + i] * _w[(output * _inputs) + i];
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (sum, magnitude);
    }

    /// <summary>What the kernel makes of some rows.</summary>
    public float[] Multiply(int first, int rows)
    {
        using var packed = new PackedRows(_kernel, rows, _inputs);
        float[] y = new float[rows * _outputs];
        fixed (float* x = _x, target = y, scales = _scales)
        fixed (byte* weights = _weights)
        {
            for (int row = 0; row < rows; row++)
            {
                packed.Pack(row, x + ((first + row) * _inputs), _inputs, _largestSum);
            }

            for (int row = 0; row < rows; row += DenseProduct.PanelRows)
            {
                _kernel.Multiply(new DenseTile
                {
                    Weights = weights,
                    WeightStride = _padded * _kernel.WeightBytes,
                    WeightScales = scales,
                    Outputs = _outputs,
                    X = packed.Row(row),
                    XStride = packed.Stride,
                    XScales = packed.Scales(row),
                    Rows = Math.Min(DenseProduct.PanelRows, rows - row),
                    Groups = _padded / _kernel.GroupInputs,
                    Y = target + (row * _outputs),
                    YStride = _outputs,
                });
            }
        }

        return y;
    }

    // Weights are drawn so that they are exact in the format; 8 bits have the scale of their largest.
    private void Write(WeightFormat format, int output)
    {
        Span<float> row = _w.AsSpan(output * _inputs, _inputs);
        Span<byte> target = _weights.AsSpan(output * _padded * _kernel.WeightBytes);
        float largest = 0;
        foreach (float weight in row)
        {
            largest = MathF.Max(largest, MathF.Abs(weight));
        }

        _scales[output] = largest / Int8Kernel.MostWeight;
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            switch (format)
            {
                case WeightFormat.F32:
                    MemoryMarshal.Cast<byte, float>(target)[i] = row[i];
                    break;
                case WeightFormat.BF16:
                    row[i] = BrainFloat.ToFloat(BrainFloat.FromFloat(row[i]));
                    MemoryMarshal.Cast<byte, ushort>(target)[i] = BrainFloat.FromFloat(row[i]);
                    break;
                default:
                    sbyte weight = (sbyte)MathF.Round(row[i] / _scales[output]);
                    target[i] = (byte)weight;
                    sum += Math.Abs((int)weight);
                    row[i] = weight * _scales[output];
                    break;
            }
        }

        _largestSum = Math.Max(_largestSum, sum);
    }
}
