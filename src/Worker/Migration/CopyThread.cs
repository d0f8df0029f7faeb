using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Godwit.Worker.Migration;

/// <summary>
/// The thread that copies blocks out while others decode: one job after the other, with what processor time the engine leaves.
/// </summary>
internal sealed partial class CopyThread : IDisposable
{
    private const int ThisThread = 0, Nice = 10;
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly Thread _thread;

    /// <summary>Starts it.</summary>
    public CopyThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "migration", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>Has a job done; it must not throw.</summary>
    public void Post(Action job)
    {
        try
        {
            _jobs.Add(job);
        }
        catch (InvalidOperationException)
        {
            // The worker stops: nobody waits for copies any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
    }

    private void Run()
    {
        if (OperatingSystem.IsLinux())
        {
            // There .NET's priorities are without effect, and "this process" means this thread.
            _ = SetPriority(ThisThread, 0, Nice);
        }

        foreach (Action job in _jobs.GetConsumingEnumerable())
        {
            job();
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
