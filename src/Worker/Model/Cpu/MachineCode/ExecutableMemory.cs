using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>Code that can be called: written once, then neither writable nor movable. Lives as long as the process.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int Private = 2;
    private const int Anonymous = 32;

    /// <summary>Places code; null where the system does not allow it.</summary>
    public static byte* Place(ReadOnlySpan<byte> code)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        nint memory = Map(0, (nuint)code.Length, Read | Write, Private | Anonymous, -1, 0);
        if (memory == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (Protect(memory, (nuint)code.Length, Read | Execute) != 0)
        {
            _ = Unmap(memory, (nuint)code.Length);
            return null;
        }

        return (byte*)memory;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
