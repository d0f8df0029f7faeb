using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The weights of a product as a kernel reads them, output by output. Where the file holds them just so, they are read in the mapped file,
/// whose pages all workers on a machine share; else they are converted into memory of their own.
/// </summary>
internal sealed unsafe class DenseMatrix : IDisposable
{
    private const int Line = 64;

    private readonly float* _scales;
    private readonly List<nint> _owned = [];
    private long _largestSum;

    /// <param name="source">The weights in their files, which must stay open if <see cref="IsMapped"/>.</param>
    /// <param name="format">Their format in memory.</param>
    /// <param name="kernel">The kernel of that format.</param>
    public DenseMatrix(MatrixSource source, WeightFormat format, DenseKernel kernel)
    {
        (Inputs, Outputs, Format) = (source.Inputs, source.Outputs, format);
        Groups = (Inputs + kernel.GroupInputs - 1) / kernel.GroupInputs;
        long stride = (long)Groups * kernel.GroupInputs * kernel.WeightBytes;
        _scales = format == WeightFormat.Int8 ? (float*)Allocate((long)Outputs * sizeof(float)) : null;
        IsMapped = Groups * kernel.GroupInputs == Inputs
            && !source.InputsFirst
            && source.Parts.All(part => (part.Dtype, format) is (WeightDtype.F32, WeightFormat.F32) or (WeightDtype.BF16, WeightFormat.BF16));
        int first = 0;
        foreach (WeightTensor part in source.Parts)
        {
            int outputs = checked((int)source.OutputsOf(part));
            byte* weights = IsMapped ? part.Address : Allocate(outputs * stride);
            Parts.Add(new Part((nint)weights, stride, first, outputs));
            if (!IsMapped)
            {
                Convert(source, part, Parts[^1], Groups * kernel.GroupInputs);
            }

            first += outputs;
        }
    }

    /// <summary>Entries of a row of x.</summary>
    public int Inputs { get; }

    /// <summary>Entries of a row of y.</summary>
    public int Outputs { get; }

    /// <summary>Groups of inputs.</summary>
    public int Groups { get; }

    /// <summary>The largest sum of an output's weights without their signs; 0 where they are no integers.</summary>
    public long LargestSum => _largestSum;

    /// <summary>Format of the weights.</summary>
    public WeightFormat Format { get; }

    /// <summary>Whether the weights lie in the mapped file.</summary>
    public bool IsMapped { get; }

    /// <summary>Runs of outputs whose weights follow one another.</summary>
    public List<Part> Parts { get; } = [];

    /// <summary>The scales of the outputs from one on; null where the format has none.</summary>
    public float* Scales(int output) => _scales == null ? null : _scales + output;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint memory in _owned)
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        _owned.Clear();
    }

    private byte* Allocate(long bytes)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Line);
        _owned.Add((nint)memory);
        return memory;
    }

    private void Convert(MatrixSource source, WeightTensor tensor, Part part, int padded)
    {
        float[]? transposed = source.InputsFirst ? Transpose(tensor, Inputs, part.Outputs) : null;
        Parallel.For(0, part.Outputs, () => new float[padded], (output, _, row) =>
        {
            if (transposed is null)
            {
                tensor.CopyTo(row.AsSpan(0, Inputs), (long)output * Inputs);
            }
            else
            {
                transposed.AsSpan(output * Inputs, Inputs).CopyTo(row);
            }

            Write(row, part, output);
            return row;
        }, _ => { });
    }

    private void Write(ReadOnlySpan<float> row, Part part, int output)
    {
        void* target = (byte*)part.Weights + (output * part.Stride);
        switch (Format)
        {
            case WeightFormat.F32:
                row.CopyTo(new Span<float>(target, row.Length));
                break;
            case WeightFormat.BF16:
                BrainFloat.FromFloats(row, new Span<ushort>(target, row.Length));
                break;
            default:
                _scales[part.FirstOutput + output] = Quantise(row, (sbyte*)target, out long sum);
                InterlockedMax(ref _largestSum, sum);
                break;
        }
    }

    // Symmetric, to the nearest; the scale of an output is that of its largest weight.
    private static float Quantise(ReadOnlySpan<float> row, sbyte* target, out long sum)
    {
        float largest = 0;
        sum = 0;
        foreach (float weight in row)
        {
            largest = MathF.Max(largest, MathF.Abs(weight));
        }

        float scale = largest / Int8Kernel.MostWeight;
        for (int i = 0; i < row.Length; i++)
        {
            target[i] = scale > 0 ? (sbyte)Math.Clamp(MathF.Round(row[i] / scale), -Int8Kernel.MostWeight, Int8Kernel.MostWeight) : (sbyte)0;
            sum += Math.Abs((int)target[i]);
        }

        return scale;
    }

    // Outputs are converted side by side.
    private static void InterlockedMax(ref long largest, long value)
    {
        for (long seen = Volatile.Read(ref largest); value > seen;)
        {
            long before = Interlocked.CompareExchange(ref largest, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private static float[] Transpose(WeightTensor tensor, int inputs, int outputs)
    {
        float[] stored = new float[(long)inputs * outputs], transposed = new float[stored.Length];
        tensor.CopyTo(stored);
        for (int input = 0; input < inputs; input++)
        {
            for (int output = 0; output < outputs; output++)
            {
                transposed[(output * inputs) + input] = stored[(input * outputs) + output];
            }
        }

        return transposed;
    }

    /// <summary>Outputs whose weights follow one another in memory.</summary>
    /// <param name="Weights">Address of the first output's weights.</param>
    /// <param name="Stride">Bytes from one output's weights to the next.</param>
    /// <param name="FirstOutput">Number of the first output.</param>
    /// <param name="Outputs">How many.</param>
    internal readonly record struct Part(nint Weights, long Stride, int FirstOutput, int Outputs);
}
