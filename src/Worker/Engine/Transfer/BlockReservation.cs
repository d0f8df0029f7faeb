namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// KV blocks, and places in the batch, that are kept for a request that is on its way here. Its blocks may be written by any thread
/// (<see cref="EngineLoop.WriteBlock"/>) until they are placed (<see cref="EngineLoop.PlaceAsync"/>).
/// </summary>
internal sealed class BlockReservation
{
    private volatile int[] _blocks;

    /// <param name="blocks">The blocks.</param>
    /// <param name="sequences">Places in the batch.</param>
    public BlockReservation(int[] blocks, int sequences)
    {
        _blocks = blocks;
        Sequences = sequences;
    }

    /// <summary>The blocks' ids; whoever reserved them speaks of them by their index here, which never changes.</summary>
    public IReadOnlyList<int> Blocks => _blocks;

    /// <summary>Places in the batch.</summary>
    public int Sequences { get; }
}
