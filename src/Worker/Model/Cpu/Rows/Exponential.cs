using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>
/// e^x for eight floats: x = n·ln 2 + r, and a polynomial of r (coefficients of Moshier's Cephes, expf). Written out rather than the
/// library's, whose bits may change with its version; relative error below 2 · 2^−24.
/// </summary>
internal static class Exponential
{
    // Below, the result would not be a normal number, and is 0; above, it would not be finite, and is the largest that is.
    private const float Least = -87.33f;
    private const float Most = 88.37f;

    private const float PerLn2 = 1.44269504088896341f;

    // ln 2 in two parts, so that n times the first is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x; a NaN stays one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> isTooSmall = Vector256.LessThan(x, Vector256.Create(Least));

        // The operand that may be a NaN comes second: it wins.
        Vector256<float> bounded = Vector256.MinNative(Vector256.Create(Most), Vector256.MaxNative(Vector256.Create(Least), x));
        Vector256<float> n = Vector256.Round(bounded * PerLn2);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), bounded);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);

        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r + Vector256<float>.One);

        // Times 2^n: n is added to the exponent.
        Vector256<int> scaled = p.AsInt32() + Vector256.ShiftLeft(Vector256.ConvertToInt32(n), 23);
        Vector256<float> power = Vector256.ConditionalSelect(isTooSmall, Vector256<float>.Zero, scaled.AsSingle());
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), power, x);
    }
}
