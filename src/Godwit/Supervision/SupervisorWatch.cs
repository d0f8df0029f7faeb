using System.Diagnostics;

namespace Godwit.CommandLine.Supervision;

/// <summary>
/// The child's side of the pipe: end of file on standard input means that the supervisor is gone, also when it was killed. Nobody is left
/// then to whom the child could be of use, so it ends at once and without ceremony.
/// </summary>
internal static class SupervisorWatch
{
    /// <summary>Starts to watch <paramref name="input"/> and calls <paramref name="onGone"/> at its end, on a thread of its own.</summary>
    public static void Start(Stream input, Action onGone)
    {
        // A thread, not a task: a starved thread pool must not keep an orphan alive.
        Thread watch = new(() => ReadToEnd(input, onGone)) { IsBackground = true, Name = "supervisor-watch" };
        watch.Start();
    }

    /// <summary>Ends this process as SIGKILL would.</summary>
    public static void EndNow()
    {
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static void ReadToEnd(Stream input, Action onGone)
    {
        Span<byte> ignored = stackalloc byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says the same as its end.
        }

        onGone();
    }
}
