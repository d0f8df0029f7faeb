using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary><see cref="ScoreTiles{TKv}"/> with 512-bit vectors: a block's 16 positions are one. The same sums in the same order.</summary>
/// <typeparam name="TKv">Format of the keys.</typeparam>
internal static unsafe class ScoreTiles512<TKv>
    where TKv : struct, IKvLanes
{
    private static int Step => KvBlock.Tokens * TKv.Bytes;

    /// <inheritdoc cref="ScoreTiles{TKv}.Score"/>
    public static void Score(
        ReadOnlySpan<nint> queries, ReadOnlySpan<nint> keys, ReadOnlySpan<nint> next, int dim, float scale, float* scores, long stride)
    {
        int i = 0;
        for (; i <= queries.Length - 4; i += 4, scores += 4 * stride)
        {
            for (int block = 0; block < keys.Length; block += 2)
            {
                int count = Math.Min(2, keys.Length - block);
                float* s = scores + (block * KvBlock.Tokens);
                Score4x2(
                    (float*)queries[i], (float*)queries[i + 1], (float*)queries[i + 2], (float*)queries[i + 3],
                    keys.Slice(block, count), next.Slice(block, count), dim, scale, s, s + stride, s + (2 * stride), s + (3 * stride));
            }
        }

        for (; i <= queries.Length - 2; i += 2, scores += 2 * stride)
        {
            for (int block = 0; block < keys.Length; block += 4)
            {
                int count = Math.Min(4, keys.Length - block);
                float* s = scores + (block * KvBlock.Tokens);
                Score2x4(
                    (float*)queries[i], (float*)queries[i + 1],
                    keys.Slice(block, count), next.Slice(block, count), dim, scale, s, s + stride);
            }
        }

        for (; i < queries.Length; i++, scores += stride)
        {
            for (int block = 0; block < keys.Length; block += 8)
            {
                int count = Math.Min(8, keys.Length - block);
                Score1x8(
                    (float*)queries[i], keys.Slice(block, count), next.Slice(block, count), dim, scale, scores + (block * KvBlock.Tokens));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score4x2(
        float* q0, float* q1, float* q2, float* q3,
        ReadOnlySpan<nint> keys, ReadOnlySpan<nint> next, int dim, float scale, float* s0, float* s1, float* s2, float* s3)
    {
        // Where there are fewer than 2 blocks, the last is computed again and not stored.
        int last = keys.Length - 1;
        byte* k0 = (byte*)keys[0], k1 = (byte*)keys[Math.Min(1, last)];
        byte* n0 = (byte*)next[0], n1 = (byte*)next[Math.Min(1, last)];
        Vector512<float> a0 = default, a1 = default;
        Vector512<float> b0 = default, b1 = default;
        Vector512<float> c0 = default, c1 = default;
        Vector512<float> d0 = default, d1 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Ahead.Ask(n1);
            Vector512<float> v0 = TKv.LoadWide(k0), v1 = TKv.LoadWide(k1);
            Vector512<float> u = Vector512.Create(q0[d]);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            u = Vector512.Create(q1[d]);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            u = Vector512.Create(q2[d]);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            u = Vector512.Create(q3[d]);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
            k0 += Step;
            n0 += Step;
            k1 += Step;
            n1 += Step;
        }

        Vector512<float> factor = Vector512.Create(scale);
        (a0 * factor).Store(s0);
        (b0 * factor).Store(s1);
        (c0 * factor).Store(s2);
        (d0 * factor).Store(s3);
        if (last < 1)
        {
            return;
        }

        (a1 * factor).Store(s0 + 16);
        (b1 * factor).Store(s1 + 16);
        (c1 * factor).Store(s2 + 16);
        (d1 * factor).Store(s3 + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score2x4(
        float* q0, float* q1,
        ReadOnlySpan<nint> keys, ReadOnlySpan<nint> next, int dim, float scale, float* s0, float* s1)
    {
        // Where there are fewer than 4 blocks, the last is computed again and not stored.
        int last = keys.Length - 1;
        byte* k0 = (byte*)keys[0], k1 = (byte*)keys[Math.Min(1, last)], k2 = (byte*)keys[Math.Min(2, last)], k3 = (byte*)keys[Math.Min(3, last)];
        byte* n0 = (byte*)next[0], n1 = (byte*)next[Math.Min(1, last)], n2 = (byte*)next[Math.Min(2, last)], n3 = (byte*)next[Math.Min(3, last)];
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Ahead.Ask(n1);
            Ahead.Ask(n2);
            Ahead.Ask(n3);
            Vector512<float> v0 = TKv.LoadWide(k0), v1 = TKv.LoadWide(k1), v2 = TKv.LoadWide(k2), v3 = TKv.LoadWide(k3);
            Vector512<float> u = Vector512.Create(q0[d]);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Create(q1[d]);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
            k0 += Step;
            n0 += Step;
            k1 += Step;
            n1 += Step;
            k2 += Step;
            n2 += Step;
            k3 += Step;
            n3 += Step;
        }

        Vector512<float> factor = Vector512.Create(scale);
        (a0 * factor).Store(s0);
        (b0 * factor).Store(s1);
        if (last < 1)
        {
            return;
        }

        (a1 * factor).Store(s0 + 16);
        (b1 * factor).Store(s1 + 16);
        if (last < 2)
        {
            return;
        }

        (a2 * factor).Store(s0 + 32);
        (b2 * factor).Store(s1 + 32);
        if (last < 3)
        {
            return;
        }

        (a3 * factor).Store(s0 + 48);
        (b3 * factor).Store(s1 + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score1x8(
        float* q0,
        ReadOnlySpan<nint> keys, ReadOnlySpan<nint> next, int dim, float scale, float* s0)
    {
        // Where there are fewer than 8 blocks, the last is computed again and not stored.
        int last = keys.Length - 1;
        byte* k0 = (byte*)keys[0], k1 = (byte*)keys[Math.Min(1, last)], k2 = (byte*)keys[Math.Min(2, last)], k3 = (byte*)keys[Math.Min(3, last)];
        byte* k4 = (byte*)keys[Math.Min(4, last)], k5 = (byte*)keys[Math.Min(5, last)], k6 = (byte*)keys[Math.Min(6, last)], k7 = (byte*)keys[Math.Min(7, last)];
        byte* n0 = (byte*)next[0], n1 = (byte*)next[Math.Min(1, last)], n2 = (byte*)next[Math.Min(2, last)], n3 = (byte*)next[Math.Min(3, last)];
        byte* n4 = (byte*)next[Math.Min(4, last)], n5 = (byte*)next[Math.Min(5, last)], n6 = (byte*)next[Math.Min(6, last)], n7 = (byte*)next[Math.Min(7, last)];
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Ahead.Ask(n1);
            Ahead.Ask(n2);
            Ahead.Ask(n3);
            Ahead.Ask(n4);
            Ahead.Ask(n5);
            Ahead.Ask(n6);
            Ahead.Ask(n7);
            Vector512<float> u = Vector512.Create(q0[d]);
            a0 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k0), a0);
            a1 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k1), a1);
            a2 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k2), a2);
            a3 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k3), a3);
            a4 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k4), a4);
            a5 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k5), a5);
            a6 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k6), a6);
            a7 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(k7), a7);
            k0 += Step;
            n0 += Step;
            k1 += Step;
            n1 += Step;
            k2 += Step;
            n2 += Step;
            k3 += Step;
            n3 += Step;
            k4 += Step;
            n4 += Step;
            k5 += Step;
            n5 += Step;
            k6 += Step;
            n6 += Step;
            k7 += Step;
            n7 += Step;
        }

        Vector512<float> factor = Vector512.Create(scale);
        (a0 * factor).Store(s0);
        if (last < 1)
        {
            return;
        }

        (a1 * factor).Store(s0 + 16);
        if (last < 2)
        {
            return;
        }

        (a2 * factor).Store(s0 + 32);
        if (last < 3)
        {
            return;
        }

        (a3 * factor).Store(s0 + 48);
        if (last < 4)
        {
            return;
        }

        (a4 * factor).Store(s0 + 64);
        if (last < 5)
        {
            return;
        }

        (a5 * factor).Store(s0 + 80);
        if (last < 6)
        {
            return;
        }

        (a6 * factor).Store(s0 + 96);
        if (last < 7)
        {
            return;
        }

        (a7 * factor).Store(s0 + 112);
    }
}
