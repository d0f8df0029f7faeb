using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Godwit.CommandLine.Supervision;

/// <summary>The two system calls that .NET has no name for.</summary>
internal static class UnixProcess
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to stop; on Windows, which cannot ask, ends it.</summary>
    public static void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows())
            process.Kill();
        else
            _ = Kill(process.Id, SigTerm);
    }

    /// <summary>The parent's id; it changes to that of init (or a subreaper) when the parent dies. 0 on Windows, which does not re-parent.</summary>
    public static int ParentId() => OperatingSystem.IsWindows() ? 0 : GetParentId();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParentId();
}
