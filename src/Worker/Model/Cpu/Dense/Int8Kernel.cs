using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// Products of 8-bit weights with one scale per output and 16-bit inputs with one scale per row. Sums of integers have no rounding, so no
/// order: every implementation gives the same bits. Inputs keep as many bits, 15 at most, as no sum over this matrix can overflow with:
/// with weights of an average of 25, all of them up to 2,600 inputs, and 13 for 10,000.
/// </summary>
internal abstract unsafe class Int8Kernel : DenseKernel
{
    /// <summary>Largest magnitude of a weight.</summary>
    public const int MostWeight = 127;

    // Rows without any larger entry count as zero: their factor would not be finite.
    private const float Least = 1e-30f;

    /// <inheritdoc/>
    public override int GroupInputs => Int8Tiles512.GroupLength;

    /// <inheritdoc/>
    public override int WeightBytes => sizeof(sbyte);

    /// <inheritdoc/>
    public override int PackedBytes => sizeof(short);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Pack(float* x, void* packed, int inputs, long largestSum)
    {
        short* values = (short*)packed;
        int padded = (inputs + GroupInputs - 1) / GroupInputs * GroupInputs;
        float largest = Largest(x, inputs);
        if (largest < Least || !float.IsFinite(largest))
        {
            // What is no number must stay none, so that nobody samples from it.
            new Span<short>(values, padded).Clear();
            return largest < Least ? 0 : float.NaN;
        }

        float most = Math.Min(short.MaxValue, int.MaxValue / Math.Max(1, largestSum)), factor = most / largest;
        int i = 0;
        for (; i <= inputs - 16; i += 16)
        {
            Vector256<int> low = Rounded(Vector256.Load(x + i), factor), high = Rounded(Vector256.Load(x + i + 8), factor);
            Vector256.Narrow(low, high).Store(values + i);
        }

        for (; i < padded; i++)
        {
            values[i] = i < inputs ? (short)MathF.Round(x[i] * factor) : (short)0;
        }

        return largest / most;
    }

    /// <summary>Turns sums into outputs.</summary>
    /// <param name="tile">Where scales and outputs are.</param>
    /// <param name="sums">Four for every row.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="output">The first output.</param>
    /// <param name="outputs">How many of the four are wanted.</param>
    protected static void Scale(in DenseTile tile, int* sums, int row, int rows, int output, int outputs)
    {
        for (int i = 0; i < rows; i++)
        {
            float* y = tile.Y + ((row + i) * tile.YStride) + output;
            for (int j = 0; j < outputs; j++)
            {
                y[j] = sums[(i * FourOutputs.Most) + j] * (tile.XScales[row + i] * tile.WeightScales[output + j]);
            }
        }
    }

    private static float Largest(float* x, int n)
    {
        Vector256<float> largest = Vector256<float>.Zero;
        int i = 0;
        for (; i <= n - 8; i += 8)
        {
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
        }

        float most = 0;
        for (int lane = 0; lane < 8; lane++)
        {
            most = MathF.Max(most, largest[lane]);
        }

        for (; i < n; i++)
        {
            most = MathF.Max(most, MathF.Abs(x[i]));
        }

        return most;
    }

    private static Vector256<int> Rounded(Vector256<float> x, float factor) => Vector256.ConvertToInt32(Vector256.Round(x * factor));
}
