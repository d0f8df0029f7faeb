using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>32-bit weights: inputs in their own order.</summary>
internal readonly unsafe struct FloatLanes : IWeightLanes
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(float);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(byte* group) => Vector512.Load((float*)group);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(byte* group) => Vector512.Load((float*)group + 16);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(byte* group, int half) => Vector256.Load((float*)group + (8 * half));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(byte* group, int half) => Vector256.Load((float*)group + 16 + (8 * half));

    /// <inheritdoc/>
    public static void Pack(float* x, float* packed, int inputs)
    {
        int padded = (inputs + 31) / 32 * 32;
        new ReadOnlySpan<float>(x, inputs).CopyTo(new Span<float>(packed, padded));
        new Span<float>(packed + inputs, padded - inputs).Clear();
    }
}
