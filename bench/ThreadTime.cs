using System.Runtime.InteropServices;

namespace Godwit.Bench;

/// <summary>Processor time of the calling thread: what short pieces of work cost, whatever else the machine does meanwhile.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Microseconds so far.</summary>
    public static double Microseconds =>
        Read(ThreadClock, out Timespec time) == 0 ? (time.Seconds * 1e6) + (time.Nanoseconds / 1e3) : throw new PlatformNotSupportedException();

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
