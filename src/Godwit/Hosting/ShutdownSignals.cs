using System.Runtime.InteropServices;

namespace Godwit.CommandLine.Hosting;

/// <summary>
/// One place for SIGINT and SIGTERM of the whole process, whatever number of hosts lives in it: the first asks to stop, the second ends the
/// process as if nobody listened.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens to both, or, for a supervised child, to SIGTERM only: Ctrl-C reaches the whole group, and the supervisor decides.</summary>
    public ShutdownSignals(bool ignoreInterrupt = false)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ignoreInterrupt)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ignore: false)),
        ];
    }

    /// <summary>Cancelled when the process shall stop.</summary>
    public CancellationToken Stopping => _source.Token;

    /// <summary>Asks to stop, as a signal would.</summary>
    public void RequestStop() => _source.Cancel();

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context, bool ignore)
    {
        context.Cancel = ignore || !_source.IsCancellationRequested;
        if (!ignore)
            _source.Cancel();
    }
}
