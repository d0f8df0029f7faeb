using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>A KV cache of bfloat16, rounded to the nearest, ties to even; a NaN stays one.</summary>
internal readonly unsafe struct BrainFloatKv : IKvLanes
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(ushort);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* values)
    {
        Vector128<ushort> halves = Vector128.Load((ushort*)values);
        Vector256<uint> wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(halves).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
        return Vector256.ShiftLeft(wide, 16).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadWide(byte* values) => Avx512F.IsSupported
        ? Vector512.ShiftLeft(Avx512F.ConvertToVector512Int32(Vector256.Load((ushort*)values)), 16).AsSingle()
        : Vector512.Create(Load(values), Load(values + (8 * sizeof(ushort))));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector256<float> values) => BrainFloat.FromFloats(values).Store((ushort*)target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* target, byte* source) => *(ushort*)target = *(ushort*)source;
}
