namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// KV blocks, and places in the batch, that are kept for a request that is on its way here. Its blocks may be written by any thread
/// (<see cref="EngineLoop.WriteBlock"/>) until they are placed (<see cref="EngineLoop.PlaceAsync"/>).
/// </summary>
/// <param name="sequences">Places in the batch.</param>
internal sealed class BlockReservation(int sequences)
{
    // Replaced as a whole when it grows: others read it while the engine's thread does that.
    private volatile int[] _blocks = [];
    private bool[] _placed = [];

    // Blocks are placed in about the order of their indices: what lies below was, and need not be looked at again.
    private int _firstUnplaced;

    /// <summary>The blocks' ids; whoever reserved them speaks of them by their index here, which never changes.</summary>
    public IReadOnlyList<int> Blocks => _blocks;

    /// <summary>Places in the batch.</summary>
    public int Sequences { get; } = sequences;

    /// <summary>The request that its blocks were placed for. This and what follows belongs to the engine's thread.</summary>
    internal RequestAdoption? Adoption { get; set; }

    /// <summary>Blocks that were not placed.</summary>
    internal IEnumerable<int> Unplaced => _blocks.Skip(_firstUnplaced).Where((_, index) => !_placed[_firstUnplaced + index]);

    /// <summary>Adds blocks.</summary>
    internal void Add(int[] blocks)
    {
        Array.Resize(ref _placed, _placed.Length + blocks.Length);
        _blocks = [.. _blocks, .. blocks];
    }

    /// <summary>Notes that a block is placed; false when it was already.</summary>
    internal bool Place(int index)
    {
        bool isFirst = !_placed[index];
        _placed[index] = true;
        while (_firstUnplaced < _placed.Length && _placed[_firstUnplaced])
        {
            _firstUnplaced++;
        }

        return isFirst;
    }
}
