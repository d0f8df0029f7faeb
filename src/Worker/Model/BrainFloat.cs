using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model;

/// <summary>bfloat16: the upper half of a 32-bit float.</summary>
internal static class BrainFloat
{
    private const int Lanes = 8;

    /// <summary>The nearest, ties to even; a NaN stays one.</summary>
    public static ushort FromFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The nearest of each, as <see cref="FromFloat"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromFloats(ReadOnlySpan<float> values, Span<ushort> target)
    {
        int i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            FromFloats(Vector256.Create(values.Slice(i, Lanes))).CopyTo(target[i..]);
        }

        for (; i < values.Length; i++)
        {
            target[i] = FromFloat(values[i]);
        }
    }

    /// <summary>The nearest of each, as <see cref="FromFloat"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> FromFloats(Vector256<float> values)
    {
        Vector256<uint> bits = values.AsUInt32();
        Vector256<uint> half = Vector256.Create(0x7FFFu) + (Vector256.ShiftRightLogical(bits, 16) & Vector256<uint>.One);
        Vector256<uint> isNumber = Vector256.Equals(values, values).AsUInt32();
        Vector256<uint> rounded = Vector256.ConditionalSelect(isNumber, bits + half, bits | Vector256.Create(0x400000u));
        Vector256<uint> upper = Vector256.ShiftRightLogical(rounded, 16);
        return Vector128.Narrow(upper.GetLower(), upper.GetUpper());
    }

    /// <summary>Exactly.</summary>
    public static float ToFloat(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
