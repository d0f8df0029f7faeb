using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>Has this worker fail on purpose, once, at a given stage of a move. For tests of the whole system.</summary>
internal sealed partial class Failpoint
{
    private const int StopSignal = 19;
    private readonly string? _stage;
    private readonly string? _action;
    private int _isSpent;

    /// <param name="options">Where and how.</param>
    public Failpoint(IOptions<MigrationOptions> options)
    {
        bool isAllowed = Environment.GetEnvironmentVariable("GODWIT_FAILPOINTS") == "1";
        if (isAllowed && options.Value.Failpoint?.Split(':') is [var stage, var action])
        {
            (_stage, _action) = (stage, action);
        }
    }

    /// <summary>A stage has been reached; true: what it was to do is lost.</summary>
    public bool Drops(string stage)
    {
        if (stage != _stage || Interlocked.Exchange(ref _isSpent, 1) == 1)
        {
            return false;
        }

        using var self = Process.GetCurrentProcess();
        switch (_action)
        {
            case "kill":
                self.Kill();
                break;
            case "freeze":
                _ = Kill(self.Id, StopSignal);
                break;
        }

        return _action == "drop";
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
