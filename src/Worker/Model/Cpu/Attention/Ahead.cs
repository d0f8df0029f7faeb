using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>Asks memory for what is wanted next, where there is an instruction for it.</summary>
internal static unsafe class Ahead
{
    /// <summary>Asks for a cache line; asking for what does not exist is allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(byte* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
