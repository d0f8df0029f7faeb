using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>The one order in which the lanes of a sum are added: halves, halves of halves, then (0 + 2) + (1 + 3).</summary>
internal static class LaneSums
{
    /// <summary>16 lanes to 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Vector512<float> sum) => Fold(sum.GetLower() + sum.GetUpper());

    /// <summary>8 lanes to 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Vector256<float> sum) => sum.GetLower() + sum.GetUpper();

    /// <summary>Four times 4 lanes to one each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        // [a0 + a2, b0 + b2, a1 + a3, b1 + b3], and the same of c and d.
        Vector128<float> ab = Interleave(a, b), cd = Interleave(c, d);
        return LowHalves(ab, cd) + HighHalves(ab, cd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b)
    {
        return Sse.IsSupported
            ? Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b)
            : Vector128.Create(a[0], b[0], a[1], b[1]) + Vector128.Create(a[2], b[2], a[3], b[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowHalves(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> HighHalves(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetUpper(), b.GetUpper());
}
