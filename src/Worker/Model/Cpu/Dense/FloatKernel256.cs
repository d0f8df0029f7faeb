using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// Products of floats with 256-bit vectors, the same sums as <see cref="FloatKernel512{TLanes}"/>'s in the same order: 16 lanes are two
/// vectors. Tiles of up to 3 rows × 2 outputs in 12 of 16 registers. Without 256-bit instructions it still computes the same, slowly.
/// </summary>
/// <typeparam name="TLanes">Format of the weights.</typeparam>
internal sealed unsafe class FloatKernel256<TLanes> : DenseKernel
    where TLanes : struct, IWeightLanes
{
    private const int GroupLength = 32;
    private const int TileRows = 3;

    /// <inheritdoc/>
    public override int GroupInputs => GroupLength;

    /// <inheritdoc/>
    public override int WeightBytes => TLanes.Bytes;

    /// <inheritdoc/>
    public override int PackedBytes => sizeof(float);

    private static int GroupBytes => GroupLength * TLanes.Bytes;

    /// <inheritdoc/>
    public override float Pack(float* x, void* packed, int inputs, long largestSum)
    {
        TLanes.Pack(x, (float*)packed, inputs);
        return 1;
    }

    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        long stride = tile.XStride / sizeof(float);
        for (int output = 0; output < tile.Outputs; output += 2)
        {
            int outputs = Math.Min(2, tile.Outputs - output), row = 0;
            byte* w0 = tile.Weights + (output * tile.WeightStride), w1 = w0 + ((outputs - 1) * tile.WeightStride);
            float* x = (float*)tile.X, y = tile.Y + output;
            for (; row <= tile.Rows - TileRows; row += TileRows)
            {
                Multiply3(w0, w1, outputs, x + (row * stride), stride, y + (row * tile.YStride), tile.YStride, tile.Groups);
            }

            for (; row < tile.Rows; row++)
            {
                Multiply1(w0, w1, outputs, x + (row * stride), y + (row * tile.YStride), tile.Groups);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply3(byte* w0, byte* w1, int outputs, float* x, long stride, float* y, long yStride, int groups)
    {
        float* x1 = x + stride, x2 = x1 + stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default;
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> v0 = TLanes.First(w0, 0), v1 = TLanes.First(w1, 0);
            Vector256<float> u = Vector256.Load(x);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a2 = Vector256.FusedMultiplyAdd(u, v1, a2);
            u = Vector256.Load(x1);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b2 = Vector256.FusedMultiplyAdd(u, v1, b2);
            u = Vector256.Load(x2);
            c0 = Vector256.FusedMultiplyAdd(u, v0, c0);
            c2 = Vector256.FusedMultiplyAdd(u, v1, c2);
            v0 = TLanes.First(w0, 1);
            v1 = TLanes.First(w1, 1);
            u = Vector256.Load(x + 8);
            a1 = Vector256.FusedMultiplyAdd(u, v0, a1);
            a3 = Vector256.FusedMultiplyAdd(u, v1, a3);
            u = Vector256.Load(x1 + 8);
            b1 = Vector256.FusedMultiplyAdd(u, v0, b1);
            b3 = Vector256.FusedMultiplyAdd(u, v1, b3);
            u = Vector256.Load(x2 + 8);
            c1 = Vector256.FusedMultiplyAdd(u, v0, c1);
            c3 = Vector256.FusedMultiplyAdd(u, v1, c3);
            v0 = TLanes.Second(w0, 0);
            v1 = TLanes.Second(w1, 0);
            u = Vector256.Load(x + 16);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a2 = Vector256.FusedMultiplyAdd(u, v1, a2);
            u = Vector256.Load(x1 + 16);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b2 = Vector256.FusedMultiplyAdd(u, v1, b2);
            u = Vector256.Load(x2 + 16);
            c0 = Vector256.FusedMultiplyAdd(u, v0, c0);
            c2 = Vector256.FusedMultiplyAdd(u, v1, c2);
            v0 = TLanes.Second(w0, 1);
            v1 = TLanes.Second(w1, 1);
            u = Vector256.Load(x + 24);
            a1 = Vector256.FusedMultiplyAdd(u, v0, a1);
            a3 = Vector256.FusedMultiplyAdd(u, v1, a3);
            u = Vector256.Load(x1 + 24);
            b1 = Vector256.FusedMultiplyAdd(u, v0, b1);
            b3 = Vector256.FusedMultiplyAdd(u, v1, b3);
            u = Vector256.Load(x2 + 24);
            c1 = Vector256.FusedMultiplyAdd(u, v0, c1);
            c3 = Vector256.FusedMultiplyAdd(u, v1, c3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            x += GroupLength;
            x1 += GroupLength;
            x2 += GroupLength;
        }

        Store(y, outputs, a0, a1, a2, a3);
        Store(y + yStride, outputs, b0, b1, b2, b3);
        Store(y + (2 * yStride), outputs, c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply1(byte* w0, byte* w1, int outputs, float* x, float* y, int groups)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> v0 = TLanes.First(w0, 0), v1 = TLanes.First(w1, 0);
            Vector256<float> u = Vector256.Load(x);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a2 = Vector256.FusedMultiplyAdd(u, v1, a2);
            v0 = TLanes.First(w0, 1);
            v1 = TLanes.First(w1, 1);
            u = Vector256.Load(x + 8);
            a1 = Vector256.FusedMultiplyAdd(u, v0, a1);
            a3 = Vector256.FusedMultiplyAdd(u, v1, a3);
            v0 = TLanes.Second(w0, 0);
            v1 = TLanes.Second(w1, 0);
            u = Vector256.Load(x + 16);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a2 = Vector256.FusedMultiplyAdd(u, v1, a2);
            v0 = TLanes.Second(w0, 1);
            v1 = TLanes.Second(w1, 1);
            u = Vector256.Load(x + 24);
            a1 = Vector256.FusedMultiplyAdd(u, v0, a1);
            a3 = Vector256.FusedMultiplyAdd(u, v1, a3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            x += GroupLength;
        }

        Store(y, outputs, a0, a1, a2, a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        float* y, int outputs, Vector256<float> aLow, Vector256<float> aHigh, Vector256<float> bLow, Vector256<float> bHigh)
    {
        (y[0], float b) = LaneSums.Of(aLow, aHigh, bLow, bHigh);
        if (outputs > 1)
        {
            y[1] = b;
        }
    }
}
