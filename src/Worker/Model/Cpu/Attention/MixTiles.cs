using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// Adds the values of neighbouring tokens of one KV block, weighted, to the outputs of queries: so many queries × vectors that eight sums
/// are under way, each value loaded once for all queries of the tile. A sum is over the tokens in their order, whatever the tile.
/// </summary>
/// <typeparam name="TKv">Format of the values.</typeparam>
internal static unsafe class MixTiles<TKv>
    where TKv : struct, IKvLanes
{
    private const int Lanes = 8;

    /// <summary>Adds to the outputs of some queries.</summary>
    /// <param name="weights">Addresses of the queries' weights for these tokens.</param>
    /// <param name="values">V of the first token.</param>
    /// <param name="width">Entries of a token's V, a multiple of 8.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="outputs">Addresses of the outputs, [width] each.</param>
    /// <param name="next">What to ask memory for meanwhile, as much as the values are.</param>
    public static void Mix(ReadOnlySpan<nint> weights, byte* values, int width, int tokens, ReadOnlySpan<nint> outputs, byte* next)
    {
        int vectors = width / Lanes;
        long step = (long)width * TKv.Bytes;
        int i = 0;
        for (; i <= weights.Length - 4; i += 4)
        {
            for (int first = 0; first < vectors; first += 2)
            {
                int at = first * Lanes;
                Mix4x2(
                    (float*)weights[i], (float*)weights[i + 1], (float*)weights[i + 2], (float*)weights[i + 3],
                    values + (at * TKv.Bytes), step, tokens, next + (at * TKv.Bytes),
                    (float*)outputs[i] + at, (float*)outputs[i + 1] + at, (float*)outputs[i + 2] + at, (float*)outputs[i + 3] + at,
                    Math.Min(2, vectors - first));
            }
        }

        for (; i <= weights.Length - 2; i += 2)
        {
            for (int first = 0; first < vectors; first += 4)
            {
                int at = first * Lanes;
                Mix2x4(
                    (float*)weights[i], (float*)weights[i + 1], values + (at * TKv.Bytes), step, tokens, next + (at * TKv.Bytes),
                    (float*)outputs[i] + at, (float*)outputs[i + 1] + at, Math.Min(4, vectors - first));
            }
        }

        for (; i < weights.Length; i++)
        {
            for (int first = 0; first < vectors; first += 8)
            {
                int at = first * Lanes;
                Mix1x8((float*)weights[i], values + (at * TKv.Bytes), step, tokens, next + (at * TKv.Bytes), (float*)outputs[i] + at, Math.Min(8, vectors - first));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix4x2(float* w0, float* w1, float* w2, float* w3, byte* v, long step, int tokens, byte* next, float* y0, float* y1, float* y2, float* y3, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes;
        Vector256<float> a0 = Vector256.Load(y0), a1 = Vector256.Load(y0 + o1);
        Vector256<float> b0 = Vector256.Load(y1), b1 = Vector256.Load(y1 + o1);
        Vector256<float> c0 = Vector256.Load(y2), c1 = Vector256.Load(y2 + o1);
        Vector256<float> d0 = Vector256.Load(y3), d1 = Vector256.Load(y3 + o1);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Vector256<float> v0 = TKv.Load(v), v1 = TKv.Load(v + (o1 * TKv.Bytes));
            Vector256<float> u = Vector256.Create(w0[token]);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector256.FusedMultiplyAdd(u, v1, a1);
            u = Vector256.Create(w1[token]);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector256.FusedMultiplyAdd(u, v1, b1);
            u = Vector256.Create(w2[token]);
            c0 = Vector256.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector256.FusedMultiplyAdd(u, v1, c1);
            u = Vector256.Create(w3[token]);
            d0 = Vector256.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector256.FusedMultiplyAdd(u, v1, d1);
            v += step;
            next += step;
        }

        a0.Store(y0);
        a1.Store(y0 + o1);
        b0.Store(y1);
        b1.Store(y1 + o1);
        c0.Store(y2);
        c1.Store(y2 + o1);
        d0.Store(y3);
        d1.Store(y3 + o1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix2x4(float* w0, float* w1, byte* v, long step, int tokens, byte* next, float* y0, float* y1, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes,
            o2 = Math.Min(2, vectors - 1) * Lanes,
            o3 = Math.Min(3, vectors - 1) * Lanes;
        Vector256<float> a0 = Vector256.Load(y0), a1 = Vector256.Load(y0 + o1), a2 = Vector256.Load(y0 + o2), a3 = Vector256.Load(y0 + o3);
        Vector256<float> b0 = Vector256.Load(y1), b1 = Vector256.Load(y1 + o1), b2 = Vector256.Load(y1 + o2), b3 = Vector256.Load(y1 + o3);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Ahead.Ask(next + 64);
            Vector256<float> v0 = TKv.Load(v), v1 = TKv.Load(v + (o1 * TKv.Bytes)), v2 = TKv.Load(v + (o2 * TKv.Bytes)), v3 = TKv.Load(v + (o3 * TKv.Bytes));
            Vector256<float> u = Vector256.Create(w0[token]);
            a0 = Vector256.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector256.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector256.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector256.FusedMultiplyAdd(u, v3, a3);
            u = Vector256.Create(w1[token]);
            b0 = Vector256.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector256.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector256.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector256.FusedMultiplyAdd(u, v3, b3);
            v += step;
            next += step;
        }

        a0.Store(y0);
        a1.Store(y0 + o1);
        a2.Store(y0 + o2);
        a3.Store(y0 + o3);
        b0.Store(y1);
        b1.Store(y1 + o1);
        b2.Store(y1 + o2);
        b3.Store(y1 + o3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix1x8(float* w0, byte* v, long step, int tokens, byte* next, float* y0, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes,
            o2 = Math.Min(2, vectors - 1) * Lanes,
            o3 = Math.Min(3, vectors - 1) * Lanes,
            o4 = Math.Min(4, vectors - 1) * Lanes,
            o5 = Math.Min(5, vectors - 1) * Lanes,
            o6 = Math.Min(6, vectors - 1) * Lanes,
            o7 = Math.Min(7, vectors - 1) * Lanes;
        Vector256<float> a0 = Vector256.Load(y0), a1 = Vector256.Load(y0 + o1), a2 = Vector256.Load(y0 + o2), a3 = Vector256.Load(y0 + o3);
        Vector256<float> a4 = Vector256.Load(y0 + o4), a5 = Vector256.Load(y0 + o5), a6 = Vector256.Load(y0 + o6), a7 = Vector256.Load(y0 + o7);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Ahead.Ask(next + 64);
            Vector256<float> u = Vector256.Create(w0[token]);
            a0 = Vector256.FusedMultiplyAdd(u, TKv.Load(v), a0);
            a1 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o1 * TKv.Bytes)), a1);
            a2 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o2 * TKv.Bytes)), a2);
            a3 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o3 * TKv.Bytes)), a3);
            a4 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o4 * TKv.Bytes)), a4);
            a5 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o5 * TKv.Bytes)), a5);
            a6 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o6 * TKv.Bytes)), a6);
            a7 = Vector256.FusedMultiplyAdd(u, TKv.Load(v + (o7 * TKv.Bytes)), a7);
            v += step;
            next += step;
        }

        a0.Store(y0);
        a1.Store(y0 + o1);
        a2.Store(y0 + o2);
        a3.Store(y0 + o3);
        a4.Store(y0 + o4);
        a5.Store(y0 + o5);
        a6.Store(y0 + o6);
        a7.Store(y0 + o7);
    }
}
