namespace Godwit.Worker.Migration;

/// <summary>At most one move, in or out, is under way at a worker.</summary>
internal sealed class MigrationGate
{
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Moves under way: 0 or 1.</summary>
    public int Moves => 1 - _free.CurrentCount;

    /// <summary>Begins one if none is under way.</summary>
    public bool TryEnter() => _free.Wait(0);

    /// <summary>Waits until none is under way, and begins one.</summary>
    public Task EnterAsync(CancellationToken cancel) => _free.WaitAsync(cancel);

    /// <summary>It is over.</summary>
    public void Leave() => _free.Release();
}
