using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// KV blocks that no sequence in batch or queue holds: pinned ones, reserved ones, and those of parked requests; and the places in the
/// batch that are kept with them. Owned by the engine's thread.
/// </summary>
/// <param name="pool">Where the blocks come from.</param>
/// <param name="watermark">Blocks that a reservation leaves to those that run.</param>
internal sealed class HeldBlocks(BlockPool pool, int watermark)
{
    private readonly HashSet<BlockPin> _pins = [];
    private readonly HashSet<BlockReservation> _reservations = [];
    private readonly HashSet<EngineRequest> _parked = [];

    /// <summary>Places in the batch that are kept.</summary>
    public int Places { get; private set; }

    /// <summary>Blocks of all reservations, placed ones included.</summary>
    public int Reserved { get; private set; }

    /// <summary>Parked requests.</summary>
    public IReadOnlyCollection<EngineRequest> Parked => _parked;

    /// <summary>Requests that are on their way here, as far as they have blocks.</summary>
    public IEnumerable<EngineRequest> Coming => _reservations.Select(r => r.Adoption?.Request).OfType<EngineRequest>();

    /// <summary>Block tables of parked requests and of those on their way here.</summary>
    public IEnumerable<BlockTable> Tables =>
        _parked.Concat(Coming).SelectMany(request => request.Choices).Select(choice => choice.Table).OfType<BlockTable>();

    /// <summary>Blocks that are kept besides, one entry per reference.</summary>
    public IEnumerable<int> Kept => _pins.SelectMany(pin => pin.Blocks).Concat(_reservations.SelectMany(r => r.Unplaced));

    /// <summary>Holds blocks that are in use.</summary>
    public BlockPin Pin(IEnumerable<int> blocks)
    {
        var pin = new BlockPin([.. blocks.Distinct()]);
        foreach (int block in pin.Blocks)
        {
            pool.Share(block);
        }

        _pins.Add(pin);
        return pin;
    }

    /// <summary>Lets go of them.</summary>
    public void Unpin(BlockPin pin)
    {
        foreach (int block in _pins.Remove(pin) ? pin.Blocks : [])
        {
            pool.Release(block);
        }
    }

    /// <summary>Keeps blocks and places; null when there are not enough blocks.</summary>
    public BlockReservation? Reserve(int blocks, int sequences)
    {
        if (blocks > pool.Available - watermark)
        {
            return null;
        }

        var reservation = new BlockReservation(sequences);
        _reservations.Add(reservation);
        Places += sequences;
        Grow(reservation, blocks);
        return reservation;
    }

    /// <summary>Adds blocks to a reservation; false when there are not enough, or when it is over.</summary>
    public bool Grow(BlockReservation reservation, int blocks)
    {
        if (!_reservations.Contains(reservation) || blocks > pool.Available - watermark)
        {
            return false;
        }

        reservation.Add([.. Enumerable.Range(0, blocks).Select(_ => pool.Allocate())]);
        Reserved += blocks;
        return true;
    }

    /// <summary>Whether a reservation is not over.</summary>
    public bool IsOpen(BlockReservation reservation) => _reservations.Contains(reservation);

    /// <summary>A reference to a reserved block, for a table.</summary>
    public int Place(BlockReservation reservation, int index)
    {
        int block = reservation.Blocks[index];
        if (!reservation.Place(index))
        {
            pool.Share(block);
        }

        return block;
    }

    /// <summary>Ends a reservation: what was not placed is free, what was placed is whose it is.</summary>
    /// <returns>False when it was over already.</returns>
    public bool Close(BlockReservation reservation)
    {
        if (!_reservations.Remove(reservation))
        {
            return false;
        }

        Places -= reservation.Sequences;
        Reserved -= reservation.Blocks.Count;
        foreach (int block in reservation.Unplaced)
        {
            pool.Release(block);
        }

        return true;
    }

    /// <summary>Keeps the places of a parked request; its sequences keep their blocks.</summary>
    public void Park(EngineRequest request)
    {
        _parked.Add(request);
        Places += PlacesOf(request);
    }

    /// <summary>Gives the places of a parked request back; its sequences have the blocks that they had.</summary>
    public void Unpark(EngineRequest request)
    {
        if (_parked.Remove(request))
        {
            Places -= PlacesOf(request);
        }
    }

    private static int PlacesOf(EngineRequest request) => request.Choices.Count(choice => choice.Table is not null);
}
