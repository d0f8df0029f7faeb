using Godwit.CommandLine.Hosting;

namespace Godwit.CommandLine.Supervision;

/// <summary>
/// <c>dotnet run</c> starts godwit as its child and, killed with SIGKILL, would leave it behind: when it is the parent, its end is ours too.
/// A shell or a service manager as parent is left alone, because there a process may well outlive its parent on purpose.
/// </summary>
internal static class DotnetRunWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether a command line is that of <c>dotnet run</c> (or <c>dotnet watch run</c>).</summary>
    public static bool IsDotnetRun(IReadOnlyList<string> commandLine) =>
        commandLine.Count > 1
        && Path.GetFileNameWithoutExtension(commandLine[0]) == "dotnet"
        && commandLine.Skip(1).TakeWhile(argument => argument != "--").Contains("run");

    /// <summary>The arguments in <c>/proc/PID/cmdline</c>; empty where there is no such file.</summary>
    public static IReadOnlyList<string> ReadCommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Asks this process to stop when its parent, if it is <c>dotnet run</c>, has gone.</summary>
    public static void StopWithParent(ShutdownSignals signals)
    {
        CancellationToken stopping = signals.Stopping;
        _ = Task.Run(async () =>
        {
            await WaitForEndAsync(TimeProvider.System, stopping);
            signals.RequestStop();
        });
    }

    /// <summary>Returns when the parent, if it is <c>dotnet run</c>, has gone; never when it is something else.</summary>
    public static async Task WaitForEndAsync(TimeProvider time, CancellationToken cancellation)
    {
        int parent = UnixProcess.ParentId();
        if (!IsDotnetRun(ReadCommandLine(parent)))
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        using PeriodicTimer timer = new(Interval, time);
        while (UnixProcess.ParentId() == parent)
            await timer.WaitForNextTickAsync(cancellation);
    }
}
