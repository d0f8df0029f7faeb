using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Forwarding;

/// <summary>An attempt under way.</summary>
internal sealed class RunningAttempt(OwnerAction.Open opened) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _hasEnded;

    /// <summary>The machine's order.</summary>
    public OwnerAction.Open Opened => opened;

    /// <summary>Its number.</summary>
    public int Number => opened.Attempt;

    /// <summary>Whom it calls.</summary>
    public MigrationPeer Instance => opened.Instance;

    /// <summary>It shall stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The machine has been told how it ended, or has decided it itself.</summary>
    public bool HasEnded
    {
        get => _hasEnded;
        set => _hasEnded = value;
    }

    /// <summary>Ends when nothing of it runs any more.</summary>
    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Stops it, and returns when nothing of it runs any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task;
    }

    public void Dispose() => _stop.Dispose();
}
