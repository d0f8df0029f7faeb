using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Godwit.Worker.Migration.Wire;

/// <summary>CRC-32C (Castagnoli) of a frame's payload, eight bytes an instruction where the processor has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int whole = bytes.Length & ~7;
        for (int i = 0; i < whole; i += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i)));
        }

        for (int i = whole; i < bytes.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, bytes[i]);
        }

        return ~crc;
    }
}
