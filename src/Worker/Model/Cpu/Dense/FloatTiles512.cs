using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The inner loops of <see cref="FloatKernel512{TLanes}"/>: so many rows × 4 outputs, their sums in registers, written out because registers
/// cannot be indexed. Up to 24 sums, 4 vectors of weights and one of x: 29 of 32 registers.
/// </summary>
/// <typeparam name="TLanes">Format of the weights.</typeparam>
internal static unsafe class FloatTiles512<TLanes>
    where TLanes : struct, IWeightLanes
{
    /// <summary>Inputs of a group: two vectors.</summary>
    public const int GroupLength = 2 * Lanes;

    private const int Lanes = 16;

    private static int GroupBytes => GroupLength * TLanes.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6(in FourOutputs w, float* x, long stride, float* y, long yStride, int groups)
    {
        byte* w0 = w.Row0, w1 = w.Row1, w2 = w.Row2, w3 = w.Row3, next = w.Next;
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride, x4 = x3 + stride, x5 = x4 + stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<float> e0 = default, e1 = default, e2 = default, e3 = default;
        Vector512<float> f0 = default, f1 = default, f2 = default, f3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<float> v0 = TLanes.First(w0), v1 = TLanes.First(w1), v2 = TLanes.First(w2), v3 = TLanes.First(w3);
            Vector512<float> u = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            u = Vector512.Load(x2);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            c2 = Vector512.FusedMultiplyAdd(u, v2, c2);
            c3 = Vector512.FusedMultiplyAdd(u, v3, c3);
            u = Vector512.Load(x3);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
            d2 = Vector512.FusedMultiplyAdd(u, v2, d2);
            d3 = Vector512.FusedMultiplyAdd(u, v3, d3);
            u = Vector512.Load(x4);
            e0 = Vector512.FusedMultiplyAdd(u, v0, e0);
            e1 = Vector512.FusedMultiplyAdd(u, v1, e1);
            e2 = Vector512.FusedMultiplyAdd(u, v2, e2);
            e3 = Vector512.FusedMultiplyAdd(u, v3, e3);
            u = Vector512.Load(x5);
            f0 = Vector512.FusedMultiplyAdd(u, v0, f0);
            f1 = Vector512.FusedMultiplyAdd(u, v1, f1);
            f2 = Vector512.FusedMultiplyAdd(u, v2, f2);
            f3 = Vector512.FusedMultiplyAdd(u, v3, f3);
            v0 = TLanes.Second(w0);
            v1 = TLanes.Second(w1);
            v2 = TLanes.Second(w2);
            v3 = TLanes.Second(w3);
            u = Vector512.Load(x + Lanes);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1 + Lanes);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            u = Vector512.Load(x2 + Lanes);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            c2 = Vector512.FusedMultiplyAdd(u, v2, c2);
            c3 = Vector512.FusedMultiplyAdd(u, v3, c3);
            u = Vector512.Load(x3 + Lanes);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
            d2 = Vector512.FusedMultiplyAdd(u, v2, d2);
            d3 = Vector512.FusedMultiplyAdd(u, v3, d3);
            u = Vector512.Load(x4 + Lanes);
            e0 = Vector512.FusedMultiplyAdd(u, v0, e0);
            e1 = Vector512.FusedMultiplyAdd(u, v1, e1);
            e2 = Vector512.FusedMultiplyAdd(u, v2, e2);
            e3 = Vector512.FusedMultiplyAdd(u, v3, e3);
            u = Vector512.Load(x5 + Lanes);
            f0 = Vector512.FusedMultiplyAdd(u, v0, f0);
            f1 = Vector512.FusedMultiplyAdd(u, v1, f1);
            f2 = Vector512.FusedMultiplyAdd(u, v2, f2);
            f3 = Vector512.FusedMultiplyAdd(u, v3, f3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            w2 += GroupBytes;
            w3 += GroupBytes;
            x += GroupLength;
            x1 += GroupLength;
            x2 += GroupLength;
            x3 += GroupLength;
            x4 += GroupLength;
            x5 += GroupLength;
        }

        Store(y, w.Count, a0, a1, a2, a3);
        Store(y + yStride, w.Count, b0, b1, b2, b3);
        Store(y + (2 * yStride), w.Count, c0, c1, c2, c3);
        Store(y + (3 * yStride), w.Count, d0, d1, d2, d3);
        Store(y + (4 * yStride), w.Count, e0, e1, e2, e3);
        Store(y + (5 * yStride), w.Count, f0, f1, f2, f3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply4(in FourOutputs w, float* x, long stride, float* y, long yStride, int groups)
    {
        byte* w0 = w.Row0, w1 = w.Row1, w2 = w.Row2, w3 = w.Row3, next = w.Next;
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<float> v0 = TLanes.First(w0), v1 = TLanes.First(w1), v2 = TLanes.First(w2), v3 = TLanes.First(w3);
            Vector512<float> u = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            u = Vector512.Load(x2);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            c2 = Vector512.FusedMultiplyAdd(u, v2, c2);
            c3 = Vector512.FusedMultiplyAdd(u, v3, c3);
            u = Vector512.Load(x3);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
            d2 = Vector512.FusedMultiplyAdd(u, v2, d2);
            d3 = Vector512.FusedMultiplyAdd(u, v3, d3);
            v0 = TLanes.Second(w0);
            v1 = TLanes.Second(w1);
            v2 = TLanes.Second(w2);
            v3 = TLanes.Second(w3);
            u = Vector512.Load(x + Lanes);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1 + Lanes);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            u = Vector512.Load(x2 + Lanes);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            c2 = Vector512.FusedMultiplyAdd(u, v2, c2);
            c3 = Vector512.FusedMultiplyAdd(u, v3, c3);
            u = Vector512.Load(x3 + Lanes);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
            d2 = Vector512.FusedMultiplyAdd(u, v2, d2);
            d3 = Vector512.FusedMultiplyAdd(u, v3, d3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            w2 += GroupBytes;
            w3 += GroupBytes;
            x += GroupLength;
            x1 += GroupLength;
            x2 += GroupLength;
            x3 += GroupLength;
        }

        Store(y, w.Count, a0, a1, a2, a3);
        Store(y + yStride, w.Count, b0, b1, b2, b3);
        Store(y + (2 * yStride), w.Count, c0, c1, c2, c3);
        Store(y + (3 * yStride), w.Count, d0, d1, d2, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply2(in FourOutputs w, float* x, long stride, float* y, long yStride, int groups)
    {
        byte* w0 = w.Row0, w1 = w.Row1, w2 = w.Row2, w3 = w.Row3, next = w.Next;
        float* x1 = x + stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<float> v0 = TLanes.First(w0), v1 = TLanes.First(w1), v2 = TLanes.First(w2), v3 = TLanes.First(w3);
            Vector512<float> u = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            v0 = TLanes.Second(w0);
            v1 = TLanes.Second(w1);
            v2 = TLanes.Second(w2);
            v3 = TLanes.Second(w3);
            u = Vector512.Load(x + Lanes);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Load(x1 + Lanes);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            w2 += GroupBytes;
            w3 += GroupBytes;
            x += GroupLength;
            x1 += GroupLength;
        }

        Store(y, w.Count, a0, a1, a2, a3);
        Store(y + yStride, w.Count, b0, b1, b2, b3);
    }

    /// <summary>One row, all whole tiles of outputs: what memory takes to bring the weights leaves no time for calls in between.</summary>
    /// <returns>How many outputs were computed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int MultiplyRow(in DenseTile tile)
    {
        int outputs = tile.Outputs / FourOutputs.Most * FourOutputs.Most, groups = tile.Groups;
        long stride = tile.WeightStride, ahead = new Lookahead(tile, GroupBytes, passes: 1).Distance;
        byte* w0 = tile.Weights, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        float* y = tile.Y;
        for (int output = 0; output < outputs; output += FourOutputs.Most)
        {
            float* x = (float*)tile.X;
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            for (int group = 0; group < groups; group++)
            {
                Prefetch(w0 + ahead, stride);
                Vector512<float> u = Vector512.Load(x), v = Vector512.Load(x + Lanes);
                a0 = Vector512.FusedMultiplyAdd(u, TLanes.First(w0), a0);
                a1 = Vector512.FusedMultiplyAdd(u, TLanes.First(w1), a1);
                a2 = Vector512.FusedMultiplyAdd(u, TLanes.First(w2), a2);
                a3 = Vector512.FusedMultiplyAdd(u, TLanes.First(w3), a3);
                a0 = Vector512.FusedMultiplyAdd(v, TLanes.Second(w0), a0);
                a1 = Vector512.FusedMultiplyAdd(v, TLanes.Second(w1), a1);
                a2 = Vector512.FusedMultiplyAdd(v, TLanes.Second(w2), a2);
                a3 = Vector512.FusedMultiplyAdd(v, TLanes.Second(w3), a3);
                w0 += GroupBytes;
                w1 += GroupBytes;
                w2 += GroupBytes;
                w3 += GroupBytes;
                x += GroupLength;
            }

            LaneSums.Of(a0, a1, a2, a3).Store(y + output);

            // Each has gone over one output's weights; three others lie between it and its next.
            w0 += 3 * stride;
            w1 += 3 * stride;
            w2 += 3 * stride;
            w3 += 3 * stride;
        }

        return outputs;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply1(in FourOutputs w, float* x, float* y, int groups)
    {
        byte* w0 = w.Row0, w1 = w.Row1, w2 = w.Row2, w3 = w.Row3, next = w.Next;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<float> v0 = TLanes.First(w0), v1 = TLanes.First(w1), v2 = TLanes.First(w2), v3 = TLanes.First(w3);
            Vector512<float> u = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            v0 = TLanes.Second(w0);
            v1 = TLanes.Second(w1);
            v2 = TLanes.Second(w2);
            v3 = TLanes.Second(w3);
            u = Vector512.Load(x + Lanes);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            w0 += GroupBytes;
            w1 += GroupBytes;
            w2 += GroupBytes;
            w3 += GroupBytes;
            x += GroupLength;
        }

        Store(y, w.Count, a0, a1, a2, a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* next, long stride)
    {
        if (Sse.IsSupported)
        {
            for (int line = 0; line < GroupBytes; line += 64)
            {
                Sse.Prefetch0(next + line);
                Sse.Prefetch0(next + stride + line);
                Sse.Prefetch0(next + (2 * stride) + line);
                Sse.Prefetch0(next + (3 * stride) + line);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        float* y, int count, Vector512<float> sum0, Vector512<float> sum1, Vector512<float> sum2, Vector512<float> sum3)
    {
        Vector128<float> sums = LaneSums.Of(sum0, sum1, sum2, sum3);
        if (count == FourOutputs.Most)
        {
            sums.Store(y);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            y[i] = sums[i];
        }
    }
}
