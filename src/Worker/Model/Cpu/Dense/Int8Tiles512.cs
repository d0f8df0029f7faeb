using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The inner loops of <see cref="Int8Kernel512"/>: so many rows × 4 outputs, their sums in registers. A multiply-add of 16-bit neighbours
/// does 32 products at once, twice as many as one of floats.
/// </summary>
internal static unsafe class Int8Tiles512
{
    /// <summary>Inputs of a group: one cache line of weights.</summary>
    public const int GroupLength = 2 * Lanes;

    private const int Lanes = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6(in FourOutputs w, short* x, long stride, int* sums, int groups)
    {
        sbyte* w0 = (sbyte*)w.Row0, w1 = (sbyte*)w.Row1, w2 = (sbyte*)w.Row2, w3 = (sbyte*)w.Row3;
        byte* next = w.Next;
        short* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride, x4 = x3 + stride, x5 = x4 + stride;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<int> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<int> e0 = default, e1 = default, e2 = default, e3 = default;
        Vector512<int> f0 = default, f1 = default, f2 = default, f3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<short> v0 = Widen(w0), v1 = Widen(w1), v2 = Widen(w2), v3 = Widen(w3);
            Vector512<short> u = Vector512.Load(x);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x2);
            c0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            c1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            c2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            c3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x3);
            d0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            d1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            d2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            d3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x4);
            e0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            e1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            e2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            e3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x5);
            f0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            f1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            f2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            f3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            v0 = Widen(w0 + Lanes);
            v1 = Widen(w1 + Lanes);
            v2 = Widen(w2 + Lanes);
            v3 = Widen(w3 + Lanes);
            u = Vector512.Load(x + Lanes);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1 + Lanes);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x2 + Lanes);
            c0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            c1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            c2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            c3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x3 + Lanes);
            d0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            d1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            d2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            d3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x4 + Lanes);
            e0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            e1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            e2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            e3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x5 + Lanes);
            f0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            f1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            f2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            f3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            w0 += GroupLength;
            w1 += GroupLength;
            w2 += GroupLength;
            w3 += GroupLength;
            x += GroupLength;
            x1 += GroupLength;
            x2 += GroupLength;
            x3 += GroupLength;
            x4 += GroupLength;
            x5 += GroupLength;
        }

        Store(sums, a0, a1, a2, a3);
        Store(sums + 4, b0, b1, b2, b3);
        Store(sums + 8, c0, c1, c2, c3);
        Store(sums + 12, d0, d1, d2, d3);
        Store(sums + 16, e0, e1, e2, e3);
        Store(sums + 20, f0, f1, f2, f3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply4(in FourOutputs w, short* x, long stride, int* sums, int groups)
    {
        sbyte* w0 = (sbyte*)w.Row0, w1 = (sbyte*)w.Row1, w2 = (sbyte*)w.Row2, w3 = (sbyte*)w.Row3;
        byte* next = w.Next;
        short* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<int> d0 = default, d1 = default, d2 = default, d3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<short> v0 = Widen(w0), v1 = Widen(w1), v2 = Widen(w2), v3 = Widen(w3);
            Vector512<short> u = Vector512.Load(x);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x2);
            c0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            c1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            c2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            c3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x3);
            d0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            d1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            d2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            d3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            v0 = Widen(w0 + Lanes);
            v1 = Widen(w1 + Lanes);
            v2 = Widen(w2 + Lanes);
            v3 = Widen(w3 + Lanes);
            u = Vector512.Load(x + Lanes);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1 + Lanes);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x2 + Lanes);
            c0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            c1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            c2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            c3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x3 + Lanes);
            d0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            d1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            d2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            d3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            w0 += GroupLength;
            w1 += GroupLength;
            w2 += GroupLength;
            w3 += GroupLength;
            x += GroupLength;
            x1 += GroupLength;
            x2 += GroupLength;
            x3 += GroupLength;
        }

        Store(sums, a0, a1, a2, a3);
        Store(sums + 4, b0, b1, b2, b3);
        Store(sums + 8, c0, c1, c2, c3);
        Store(sums + 12, d0, d1, d2, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply2(in FourOutputs w, short* x, long stride, int* sums, int groups)
    {
        sbyte* w0 = (sbyte*)w.Row0, w1 = (sbyte*)w.Row1, w2 = (sbyte*)w.Row2, w3 = (sbyte*)w.Row3;
        byte* next = w.Next;
        short* x1 = x + stride;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<short> v0 = Widen(w0), v1 = Widen(w1), v2 = Widen(w2), v3 = Widen(w3);
            Vector512<short> u = Vector512.Load(x);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            v0 = Widen(w0 + Lanes);
            v1 = Widen(w1 + Lanes);
            v2 = Widen(w2 + Lanes);
            v3 = Widen(w3 + Lanes);
            u = Vector512.Load(x + Lanes);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            u = Vector512.Load(x1 + Lanes);
            b0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            w0 += GroupLength;
            w1 += GroupLength;
            w2 += GroupLength;
            w3 += GroupLength;
            x += GroupLength;
            x1 += GroupLength;
        }

        Store(sums, a0, a1, a2, a3);
        Store(sums + 4, b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply1(in FourOutputs w, short* x, int* sums, int groups)
    {
        sbyte* w0 = (sbyte*)w.Row0, w1 = (sbyte*)w.Row1, w2 = (sbyte*)w.Row2, w3 = (sbyte*)w.Row3;
        byte* next = w.Next;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int group = 0; group < groups; group++)
        {
            Prefetch(next, w.NextStride);
            next += w.NextStep;
            Vector512<short> v0 = Widen(w0), v1 = Widen(w1), v2 = Widen(w2), v3 = Widen(w3);
            Vector512<short> u = Vector512.Load(x);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            v0 = Widen(w0 + Lanes);
            v1 = Widen(w1 + Lanes);
            v2 = Widen(w2 + Lanes);
            v3 = Widen(w3 + Lanes);
            u = Vector512.Load(x + Lanes);
            a0 += Avx512BW.MultiplyAddAdjacent(u, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(u, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(u, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(u, v3);
            w0 += GroupLength;
            w1 += GroupLength;
            w2 += GroupLength;
            w3 += GroupLength;
            x += GroupLength;
        }

        Store(sums, a0, a1, a2, a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(sbyte* weights) => Avx512BW.ConvertToVector512Int16(Vector256.Load(weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* next, long stride)
    {
        Sse.Prefetch0(next);
        Sse.Prefetch0(next + stride);
        Sse.Prefetch0(next + (2 * stride));
        Sse.Prefetch0(next + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, Vector512<int> sum0, Vector512<int> sum1, Vector512<int> sum2, Vector512<int> sum3)
    {
        sums[0] = Vector512.Sum(sum0);
        sums[1] = Vector512.Sum(sum1);
        sums[2] = Vector512.Sum(sum2);
        sums[3] = Vector512.Sum(sum3);
    }
}
