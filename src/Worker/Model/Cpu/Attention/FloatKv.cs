using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>A KV cache of 32-bit floats.</summary>
internal readonly unsafe struct FloatKv : IKvLanes
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(float);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* values) => Vector256.Load((float*)values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadWide(byte* values) => Vector512.Load((float*)values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector256<float> values) => values.Store((float*)target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* target, byte* source) => *(float*)target = *(float*)source;
}
