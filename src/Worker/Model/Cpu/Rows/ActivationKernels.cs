using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>
/// The element-wise functions of one row: an entry's bits depend on nothing but the entry. A tail that does not fill a vector takes the
/// same instructions in one lane: no second implementation of exp, and none of the C library's, which differs between hosts.
/// </summary>
internal static unsafe class ActivationKernels
{
    private const int Lanes = 8;

    // 2·sqrt(2/π), and the cubic term of the GELU's tanh approximation (Hendrycks and Gimpel 2016).
    private const float GeluScale = 1.5957691216057308f;
    private const float GeluCubic = 0.044715f;

    /// <summary>What lies between the products of the feed-forward part.</summary>
    /// <param name="kind">Which function.</param>
    /// <param name="y">[n].</param>
    /// <param name="x">[2n], gate then up, where the kind has a gate; [n] where it has none.</param>
    /// <param name="n">Entries of the result.</param>
    public static void FeedForward(FeedForwardKind kind, float* y, float* x, int n)
    {
        switch (kind)
        {
            case FeedForwardKind.GatedSilu:
                SwiGlu(y, x, x + n, n);
                break;
            case FeedForwardKind.GatedGelu:
                GeGlu(y, x, x + n, n);
                break;
            default:
                Gelu(y, x, n);
                break;
        }
    }

    /// <summary>SwiGLU: y = silu(gate) · up, silu(g) = g / (1 + e^−g).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SwiGlu(float* y, float* gate, float* up, int n)
    {
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Silu(Vector256.Load(gate + i)) * Vector256.Load(up + i), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = Silu(Vector256.Create(gate[i]))[0] * up[i];
        }
    }

    /// <summary>GeGLU: y = gelu(gate) · up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GeGlu(float* y, float* gate, float* up, int n)
    {
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Gelu(Vector256.Load(gate + i)) * Vector256.Load(up + i), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = Gelu(Vector256.Create(gate[i]))[0] * up[i];
        }
    }

    /// <summary>y = gelu(x) by the tanh approximation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* y, float* x, int n)
    {
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Gelu(Vector256.Load(x + i)), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = Gelu(Vector256.Create(x[i]))[0];
        }
    }

    /// <summary>Soft cap in place: y = cap · tanh(y / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftCap(float* y, float cap, int n)
    {
        Vector256<float> most = Vector256.Create(cap);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(most * Tanh(Vector256.Load(y + i) / most), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = cap * Tanh(Vector256.Create(y[i]) / most)[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Silu(Vector256<float> g) => g / (Vector256<float>.One + Exponential.Of(-g));

    // x/2 · (1 + tanh(u)) = x / (1 + e^−2u), u = sqrt(2/π) · (x + 0.044715 x³).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gelu(Vector256<float> x)
    {
        Vector256<float> u = GeluScale * (x + (GeluCubic * x * x * x));
        return x / (Vector256<float>.One + Exponential.Of(-u));
    }

    // 1 − 2 / (1 + e^2x) loses digits near zero, where the series x − x³/3 + 2x⁵/15 − 17x⁷/315 + 62x⁹/2835 has them all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> square = x * x;
        Vector256<float> series = Vector256.Create(62f / 2835);
        series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(-17f / 315));
        series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(2f / 15));
        series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(-1f / 3));
        series = Vector256.FusedMultiplyAdd(series * square, x, x);
        Vector256<float> far = Vector256<float>.One - (2f * (Vector256<float>.One / (Vector256<float>.One + Exponential.Of(2f * x))));
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(0.25f)), series, far);
    }
}
