using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// Scores of queries against the keys of whole KV blocks: so many queries × blocks that eight sums are under way, each key loaded once for
/// all queries of the tile. A score is one sum over the head's entries in their order, whatever the tile.
/// </summary>
/// <typeparam name="TKv">Format of the keys.</typeparam>
internal static unsafe class ScoreTiles<TKv>
    where TKv : struct, IKvLanes
{
    private const int Lanes = 8;

    private static int Step => KvBlock.Tokens * TKv.Bytes;

    private static int Half => Lanes * TKv.Bytes;

    /// <summary>Scores of some queries against some blocks.</summary>
    /// <param name="queries">Addresses of the queries, [dim] each.</param>
    /// <param name="keys">Addresses of the blocks' keys, [dim, 16] each.</param>
    /// <param name="next">What to ask memory for meanwhile, as much and as many.</param>
    /// <param name="dim">Entries of a head.</param>
    /// <param name="scale">What every product is multiplied by.</param>
    /// <param name="scores">First query's scores, 16 for every block.</param>
    /// <param name="stride">Floats from a query's scores to the next query's.</param>
    public static void Score(
        ReadOnlySpan<nint> queries, ReadOnlySpan<nint> keys, ReadOnlySpan<nint> next, int dim, float scale, float* scores, long stride)
    {
        while (queries.Length >= 4)
        {
            float* s = scores;
            for (int i = 0; i < keys.Length; i++)
            {
                Score4x1(
                    (float*)queries[0], (float*)queries[1], (float*)queries[2], (float*)queries[3],
                    (byte*)keys[i], (byte*)next[i], dim, scale, s, s + stride, s + (2 * stride), s + (3 * stride));
                s += KvBlock.Tokens;
            }

            queries = queries[4..];
            scores += 4 * stride;
        }

        if (queries.Length >= 2)
        {
            for (int i = 0; i < keys.Length; i += 2)
            {
                int blocks = Math.Min(2, keys.Length - i);
                float* s = scores + (i * KvBlock.Tokens);
                Score2x2(
                    (float*)queries[0], (float*)queries[1],
                    (byte*)keys[i], (byte*)keys[i + blocks - 1], (byte*)next[i], (byte*)next[i + blocks - 1],
                    dim, scale, s, s + stride, blocks);
            }

            queries = queries[2..];
            scores += 2 * stride;
        }

        for (int i = 0; i < keys.Length && queries.Length > 0; i += 4)
        {
            // Where there are fewer than four, the last is computed again and not stored.
            int blocks = Math.Min(4, keys.Length - i);
            Score1x4(
                (float*)queries[0],
                (byte*)keys[i], (byte*)keys[i + Math.Min(1, blocks - 1)], (byte*)keys[i + Math.Min(2, blocks - 1)], (byte*)keys[i + blocks - 1],
                (byte*)next[i], (byte*)next[i + Math.Min(1, blocks - 1)], (byte*)next[i + Math.Min(2, blocks - 1)], (byte*)next[i + blocks - 1],
                dim, scale, scores + (i * KvBlock.Tokens), blocks);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score4x1(float* q0, float* q1, float* q2, float* q3, byte* k0, byte* n0, int dim, float scale, float* s0, float* s1, float* s2, float* s3)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Vector256<float> v0 = TKv.Load(k0), v1 = TKv.Load(k0 + Half);
            Vector256<float> u = Vector256.Create(q0[d]);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector256.FusedMultiplyAdd(u, v1, a1);
            u = Vector256.Create(q1[d]);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector256.FusedMultiplyAdd(u, v1, b1);
            u = Vector256.Create(q2[d]);
            c0 = Vector256.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector256.FusedMultiplyAdd(u, v1, c1);
            u = Vector256.Create(q3[d]);
            d0 = Vector256.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector256.FusedMultiplyAdd(u, v1, d1);
            k0 += Step;
            n0 += Step;
        }

        Vector256<float> factor = Vector256.Create(scale);
        Store(s0, a0 * factor, a1 * factor);
        Store(s1, b0 * factor, b1 * factor);
        Store(s2, c0 * factor, c1 * factor);
        Store(s3, d0 * factor, d1 * factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score2x2(float* q0, float* q1, byte* k0, byte* k1, byte* n0, byte* n1, int dim, float scale, float* s0, float* s1, int blocks)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Ahead.Ask(n1);
            Vector256<float> v0 = TKv.Load(k0), v1 = TKv.Load(k0 + Half);
            Vector256<float> v2 = TKv.Load(k1), v3 = TKv.Load(k1 + Half);
            Vector256<float> u = Vector256.Create(q0[d]);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector256.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector256.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector256.FusedMultiplyAdd(u, v3, a3);
            u = Vector256.Create(q1[d]);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector256.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector256.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector256.FusedMultiplyAdd(u, v3, b3);
            k0 += Step;
            n0 += Step;
            k1 += Step;
            n1 += Step;
        }

        Vector256<float> factor = Vector256.Create(scale);
        Store(s0, a0 * factor, a1 * factor);
        Store(s1, b0 * factor, b1 * factor);
        if (blocks > 1)
        {
            Store(s0 + 16, a2 * factor, a3 * factor);
            Store(s1 + 16, b2 * factor, b3 * factor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score1x4(float* q0, byte* k0, byte* k1, byte* k2, byte* k3, byte* n0, byte* n1, byte* n2, byte* n3, int dim, float scale, float* s0, int blocks)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int d = 0; d < dim; d++)
        {
            Ahead.Ask(n0);
            Ahead.Ask(n1);
            Ahead.Ask(n2);
            Ahead.Ask(n3);
            Vector256<float> u = Vector256.Create(q0[d]);
            a0 = Vector256.FusedMultiplyAdd(u, TKv.Load(k0), a0);
            a1 = Vector256.FusedMultiplyAdd(u, TKv.Load(k0 + Half), a1);
            a2 = Vector256.FusedMultiplyAdd(u, TKv.Load(k1), a2);
            a3 = Vector256.FusedMultiplyAdd(u, TKv.Load(k1 + Half), a3);
            a4 = Vector256.FusedMultiplyAdd(u, TKv.Load(k2), a4);
            a5 = Vector256.FusedMultiplyAdd(u, TKv.Load(k2 + Half), a5);
            a6 = Vector256.FusedMultiplyAdd(u, TKv.Load(k3), a6);
            a7 = Vector256.FusedMultiplyAdd(u, TKv.Load(k3 + Half), a7);
            k0 += Step;
            n0 += Step;
            k1 += Step;
            n1 += Step;
            k2 += Step;
            n2 += Step;
            k3 += Step;
            n3 += Step;
        }

        Vector256<float> factor = Vector256.Create(scale);
        Store(s0, a0 * factor, a1 * factor);
        if (blocks > 1)
        {
            Store(s0 + 16, a2 * factor, a3 * factor);
        }

        if (blocks > 2)
        {
            Store(s0 + 32, a4 * factor, a5 * factor);
        }

        if (blocks > 3)
        {
            Store(s0 + 48, a6 * factor, a7 * factor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* scores, Vector256<float> low, Vector256<float> high)
    {
        low.Store(scores);
        high.Store(scores + Lanes);
    }
}
