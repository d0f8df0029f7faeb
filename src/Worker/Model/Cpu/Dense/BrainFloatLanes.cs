using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// bfloat16 weights. Two neighbours share 32 bits, so one shift or one mask widens 16 of them: the first lanes are a group's even inputs,
/// the second its odd ones.
/// </summary>
internal readonly unsafe struct BrainFloatLanes : IWeightLanes
{
    private const uint Upper = 0xFFFF0000;

    /// <inheritdoc/>
    public static int Bytes => sizeof(ushort);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(byte* group) => Vector512.ShiftLeft(Vector512.Load((uint*)group), 16).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(byte* group) => (Vector512.Load((uint*)group) & Vector512.Create(Upper)).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(byte* group, int half) =>
        Vector256.ShiftLeft(Vector256.Load((uint*)group + (8 * half)), 16).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(byte* group, int half) =>
        (Vector256.Load((uint*)group + (8 * half)) & Vector256.Create(Upper)).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* x, float* packed, int inputs)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), odd = even + Vector512<int>.One;
            for (; i <= inputs - 32; i += 32)
            {
                Vector512<float> low = Vector512.Load(x + i), high = Vector512.Load(x + i + 16);
                Avx512F.PermuteVar16x32x2(low, even, high).Store(packed + i);
                Avx512F.PermuteVar16x32x2(low, odd, high).Store(packed + i + 16);
            }
        }
        else if (Avx2.IsSupported)
        {
            for (; i <= inputs - 32; i += 32)
            {
                Deinterleave(x + i, packed + i);
                Deinterleave(x + i + 16, packed + i + 8);
            }
        }

        for (; i < inputs; i += 32)
        {
            for (int lane = 0; lane < 16; lane++)
            {
                int first = i + (2 * lane), second = first + 1;
                packed[i + lane] = first < inputs ? x[first] : 0;
                packed[i + lane + 16] = second < inputs ? x[second] : 0;
            }
        }
    }

    // 16 entries: the even ones to packed, the odd ones 16 further on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Deinterleave(float* x, float* packed)
    {
        const byte Even = 0b_10_00_10_00, Odd = 0b_11_01_11_01, Middle = 0b_11_01_10_00;
        Vector256<float> low = Vector256.Load(x), high = Vector256.Load(x + 8);
        Avx2.Permute4x64(Avx.Shuffle(low, high, Even).AsDouble(), Middle).AsSingle().Store(packed);
        Avx2.Permute4x64(Avx.Shuffle(low, high, Odd).AsDouble(), Middle).AsSingle().Store(packed + 16);
    }
}
