namespace Godwit.Worker.Model;

/// <summary>bfloat16: the upper half of a 32-bit float.</summary>
internal static class BrainFloat
{
    /// <summary>The nearest, ties to even; a NaN stays one.</summary>
    public static ushort FromFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Exactly.</summary>
    public static float ToFloat(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
