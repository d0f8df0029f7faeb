using System.Runtime.InteropServices;

namespace Godwit.Worker.Model;

/// <summary>Linux's advice about memory: whole pages, and failure changes nothing. Elsewhere nothing is done.</summary>
internal static unsafe partial class MemoryAdvice
{
    private const int NotNeeded = 4;
    private const int HugePages = 14;

    /// <summary>The pages of a mapped file need not stay in this process's memory.</summary>
    public static void DontNeed(byte* start, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, (nuint)length, NotNeeded);
        }
    }

    /// <summary>Memory that is read at random places is better mapped in large pages.</summary>
    public static void UseHugePages(byte* start, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, (nuint)length, HugePages);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint length, int advice);
}
