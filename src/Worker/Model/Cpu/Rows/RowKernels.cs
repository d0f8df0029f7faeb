using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>
/// The arithmetic of one row that is not a dense product. Every reduction has one fixed order, so a row's bits depend on nothing but
/// the row. (libtorch's element-wise kernels split flat arrays between threads and use other instructions in the tails, so the same
/// row can get other bits at another place: not usable here.)
/// </summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 8;

    /// <summary>Σ a·b over <paramref name="n"/> entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int n)
    {
        Vector256<float> sum0 = Vector256<float>.Zero, sum1 = Vector256<float>.Zero;
        int i = 0;
        for (; i <= n - (2 * Lanes); i += 2 * Lanes)
        {
            sum0 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), sum0);
            sum1 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + Lanes), Vector256.Load(b + i + Lanes), sum1);
        }

        if (i <= n - Lanes)
        {
            sum0 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), sum0);
            i += Lanes;
        }

        float sum = Sum(sum0 + sum1);
        for (; i < n; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* y, float* x, int n)
    {
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Vector256.Load(y + i) + Vector256.Load(x + i), y + i);
        }

        for (; i < n; i++)
        {
            y[i] += x[i];
        }
    }

    /// <summary>y *= scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* y, float scale, int n)
    {
        Vector256<float> factor = Vector256.Create(scale);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Vector256.Load(y + i) * factor, y + i);
        }

        for (; i < n; i++)
        {
            y[i] *= scale;
        }
    }

    /// <summary>RMSNorm: y = x / sqrt(mean(x²) + eps) · weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* y, float* x, float* weight, int n, float eps)
    {
        Vector256<float> scale = Vector256.Create(1f / MathF.Sqrt((Dot(x, x, n) / n) + eps));
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Vector256.Load(x + i) * scale * Vector256.Load(weight + i), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = x[i] * scale[0] * weight[i];
        }
    }

    /// <summary>LayerNorm: y = (x − mean) / sqrt(variance + eps) · weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* y, float* x, float* weight, float* bias, int n, float eps)
    {
        Vector256<float> mean = Vector256.Create(Sum(x, n) / n);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256.Store(Vector256.Load(x + i) - mean, y + i);
        }

        for (; i < n; i++)
        {
            y[i] = x[i] - mean[0];
        }

        Vector256<float> scale = Vector256.Create(1f / MathF.Sqrt((Dot(y, y, n) / n) + eps));
        for (i = 0; i <= n - Lanes; i += Lanes)
        {
            Vector256<float> scaled = Vector256.Load(y + i) * scale;
            Vector256.Store(Vector256.FusedMultiplyAdd(scaled, Vector256.Load(weight + i), Vector256.Load(bias + i)), y + i);
        }

        for (; i < n; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(y[i] * scale[0], weight[i], bias[i]);
        }
    }

    /// <summary>
    /// Rotary position embedding of one head's first <paramref name="n"/> entries in Hugging Face's layout: entry i is paired with
    /// entry i + n/2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* head, float* cos, float* sin, int n)
    {
        int half = n / 2, i = 0;
        for (; i <= half - Lanes; i += Lanes)
        {
            Vector256<float> x = Vector256.Load(head + i), y = Vector256.Load(head + i + half);
            Vector256<float> c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            ((x * c) - (y * s)).Store(head + i);
            ((y * c) + (x * s)).Store(head + i + half);
        }

        for (; i < half; i++)
        {
            float x = head[i], y = head[i + half];
            head[i] = (x * cos[i]) - (y * sin[i]);
            head[i + half] = (y * cos[i]) + (x * sin[i]);
        }
    }

    /// <summary>
    /// Softmax in place; returns nothing but leaves Σ = 1. The array must have room for a multiple of 8 entries: what lies beyond
    /// <paramref name="n"/> is overwritten with zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* scores, int n)
    {
        int padded = (n + Lanes - 1) / Lanes * Lanes;
        for (int i = n; i < padded; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        Vector256<float> largest = Vector256.Load(scores);
        for (int i = Lanes; i < padded; i += Lanes)
        {
            largest = Vector256.Max(largest, Vector256.Load(scores + i));
        }

        float max = largest[0];
        for (int lane = 1; lane < Lanes; lane++)
        {
            max = MathF.Max(max, largest[lane]);
        }

        Vector256<float> shift = Vector256.Create(max), sum = Vector256<float>.Zero;
        for (int i = 0; i < padded; i += Lanes)
        {
            Vector256<float> weight = Exponential.Of(Vector256.Load(scores + i) - shift);
            Vector256.Store(weight, scores + i);
            sum += weight;
        }

        Vector256<float> scale = Vector256.Create(1f / Sum(sum));
        for (int i = 0; i < padded; i += Lanes)
        {
            Vector256.Store(Vector256.Load(scores + i) * scale, scores + i);
        }
    }

    private static float Sum(float* x, int n)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            sum += Vector256.Load(x + i);
        }

        float total = Sum(sum);
        for (; i < n; i++)
        {
            total += x[i];
        }

        return total;
    }

    // Written out because Vector256.Sum may add in another order on another instruction set.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> v)
    {
        Vector128<float> half = v.GetLower() + v.GetUpper();
        return (half[0] + half[2]) + (half[1] + half[3]);
    }
}
