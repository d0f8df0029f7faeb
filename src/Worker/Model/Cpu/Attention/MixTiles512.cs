using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary><see cref="MixTiles{TKv}"/> with 512-bit vectors. The same sums in the same order.</summary>
/// <typeparam name="TKv">Format of the values.</typeparam>
internal static unsafe class MixTiles512<TKv>
    where TKv : struct, IKvLanes
{
    /// <summary>Entries of a vector; the width of the values must be a multiple of it.</summary>
    public const int Lanes = 16;

    /// <inheritdoc cref="MixTiles{TKv}.Mix"/>
    public static void Mix(ReadOnlySpan<nint> weights, byte* values, int width, int tokens, ReadOnlySpan<nint> outputs, byte* next)
    {
        int vectors = width / Lanes, i = 0;
        long step = (long)width * TKv.Bytes;
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
            for (int first = 0; first < vectors; first += 4)
            {
                int at = first * Lanes;
                Mix1x4(
                    (float*)weights[i], values + (at * TKv.Bytes), step, tokens, next + (at * TKv.Bytes),
                    (float*)outputs[i] + at, Math.Min(4, vectors - first));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix4x2(
        float* w0, float* w1, float* w2, float* w3,
        byte* v, long step, int tokens, byte* next, float* y0, float* y1, float* y2, float* y3, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes;
        Vector512<float> a0 = Vector512.Load(y0), a1 = Vector512.Load(y0 + o1);
        Vector512<float> b0 = Vector512.Load(y1), b1 = Vector512.Load(y1 + o1);
        Vector512<float> c0 = Vector512.Load(y2), c1 = Vector512.Load(y2 + o1);
        Vector512<float> d0 = Vector512.Load(y3), d1 = Vector512.Load(y3 + o1);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Ahead.Ask(next + 64);
            Vector512<float> v0 = TKv.LoadWide(v), v1 = TKv.LoadWide(v + (o1 * TKv.Bytes));
            Vector512<float> u = Vector512.Create(w0[token]);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            u = Vector512.Create(w1[token]);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            u = Vector512.Create(w2[token]);
            c0 = Vector512.FusedMultiplyAdd(u, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(u, v1, c1);
            u = Vector512.Create(w3[token]);
            d0 = Vector512.FusedMultiplyAdd(u, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(u, v1, d1);
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
    private static void Mix2x4(
        float* w0, float* w1,
        byte* v, long step, int tokens, byte* next, float* y0, float* y1, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes, o2 = Math.Min(2, vectors - 1) * Lanes, o3 = Math.Min(3, vectors - 1) * Lanes;
        Vector512<float> a0 = Vector512.Load(y0), a1 = Vector512.Load(y0 + o1), a2 = Vector512.Load(y0 + o2), a3 = Vector512.Load(y0 + o3);
        Vector512<float> b0 = Vector512.Load(y1), b1 = Vector512.Load(y1 + o1), b2 = Vector512.Load(y1 + o2), b3 = Vector512.Load(y1 + o3);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Ahead.Ask(next + 64);
            Vector512<float> v0 = TKv.LoadWide(v), v1 = TKv.LoadWide(v + (o1 * TKv.Bytes)), v2 = TKv.LoadWide(v + (o2 * TKv.Bytes)), v3 = TKv.LoadWide(v + (o3 * TKv.Bytes));
            Vector512<float> u = Vector512.Create(w0[token]);
            a0 = Vector512.FusedMultiplyAdd(u, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(u, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(u, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(u, v3, a3);
            u = Vector512.Create(w1[token]);
            b0 = Vector512.FusedMultiplyAdd(u, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(u, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(u, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(u, v3, b3);
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
    private static void Mix1x4(
        float* w0,
        byte* v, long step, int tokens, byte* next, float* y0, int vectors)
    {
        // Where there are fewer vectors, the last is computed again.
        int o1 = Math.Min(1, vectors - 1) * Lanes, o2 = Math.Min(2, vectors - 1) * Lanes, o3 = Math.Min(3, vectors - 1) * Lanes;
        Vector512<float> a0 = Vector512.Load(y0), a1 = Vector512.Load(y0 + o1), a2 = Vector512.Load(y0 + o2), a3 = Vector512.Load(y0 + o3);
        for (int token = 0; token < tokens; token++)
        {
            Ahead.Ask(next);
            Ahead.Ask(next + 64);
            Vector512<float> u = Vector512.Create(w0[token]);
            a0 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(v), a0);
            a1 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(v + (o1 * TKv.Bytes)), a1);
            a2 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(v + (o2 * TKv.Bytes)), a2);
            a3 = Vector512.FusedMultiplyAdd(u, TKv.LoadWide(v + (o3 * TKv.Bytes)), a3);
            v += step;
            next += step;
        }

        a0.Store(y0);
        a1.Store(y0 + o1);
        a2.Store(y0 + o2);
        a3.Store(y0 + o3);
    }
}
