using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The one order in which the 16 lanes of a sum are added: (0 + 2) + (1 + 3) within every four, then the fours likewise. Four sums at once:
/// their lanes are interleaved until every 128 bits hold one lane of each.
/// </summary>
internal static class LaneSums
{
    /// <summary>Four times 16 lanes to one each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b), cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        Vector512<float> fours = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
            + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        return Fold(fours.GetLower() + fours.GetUpper());
    }

    /// <summary>Two times 16 lanes, in two vectors each, to one each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float A, float B) Of(Vector256<float> aLow, Vector256<float> aHigh, Vector256<float> bLow, Vector256<float> bHigh)
    {
        Vector256<float> low = Interleave(aLow, bLow), high = Interleave(aHigh, bHigh);
        Vector128<float> sums = Fold(low + high);
        return (sums[0], sums[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fold(Vector256<float> halves) => halves.GetLower() + halves.GetUpper();

    // In every 128 bits: a's sum of four, b's sum of four, and both again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Interleave(Vector256<float> a, Vector256<float> b)
    {
        if (Avx.IsSupported)
        {
            Vector256<float> pairs = Avx.UnpackLow(a, b) + Avx.UnpackHigh(a, b);
            return pairs + Avx.Shuffle(pairs, pairs, 0b_01_00_11_10);
        }

        return Vector256.Create(Four(a.GetLower()), Four(b.GetLower()), 0, 0, Four(a.GetUpper()), Four(b.GetUpper()), 0, 0);
    }

    private static float Four(Vector128<float> lanes) => (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}
