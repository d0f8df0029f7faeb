using System.Runtime.InteropServices;

namespace Godwit.Worker.Model;

/// <summary>Linux's advice about mapped memory.</summary>
internal static unsafe partial class MemoryAdvice
{
    private const int NotNeeded = 4;

    /// <summary>The pages of a mapped file need not stay in this process's memory. It is only advice: failure changes nothing.</summary>
    public static void DontNeed(byte* start, long length) => _ = Advise(start, (nuint)length, NotNeeded);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint length, int advice);
}
