using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

// Requests that leave the batch for another engine's, come from one, or pause.
internal sealed partial class FusedBatch
{
    /// <summary>How a request stands; null when it is over.</summary>
    public RequestProgress? ProgressOf(EngineRequest request, bool pin)
    {
        if (!request.IsTaken)
        {
            return null;
        }

        ChoiceState[] choices = [.. request.Choices.Select(choice => choice.State)];
        IEnumerable<int> full = choices.SelectMany(choice => choice.Blocks.Take(choice.Computed / KvBlock.Tokens));
        return new RequestProgress(
            request.Priority, request.IsMovable, request.Parked is not null, choices, pin ? _held.Pin(full) : null);
    }

    /// <summary>The blocks may be used for something else again.</summary>
    public void Unpin(BlockPin pin) => _held.Unpin(pin);

    /// <summary>Takes a request out; it keeps its blocks and places. Null when it is over, not movable, or parked already.</summary>
    public ParkedRequest? Park(EngineRequest request)
    {
        if (!request.IsTaken || !request.IsMovable || request.Parked is not null)
        {
            return null;
        }

        foreach (Sequence sequence in request.Choices.Where(choice => choice.Finish is null))
        {
            if (sequence.Table is not null)
            {
                _running.TakeOut(sequence);
            }
            else if (!request.IsPaused)
            {
                _waiting.Remove(sequence);
            }
        }

        _paused.RemoveAll(sequence => sequence.Request == request);
        _held.Park(request);
        return request.Parked = new ParkedRequest(request, [.. request.Choices.Select(choice => choice.State)]);
    }

    /// <summary>A parked request goes on; false when it is not parked any more.</summary>
    public bool Unpark(ParkedRequest parked)
    {
        EngineRequest request = parked.Request;
        if (request.Parked != parked)
        {
            return false;
        }

        _held.Unpark(request);
        request.Parked = null;
        Join(request);
        return true;
    }

    /// <summary>Forgets a parked request: it goes on elsewhere.</summary>
    public void Drop(ParkedRequest parked)
    {
        if (parked.Request.Parked == parked)
        {
            Remove(parked.Request);
            parked.Request.Complete();
        }
    }

    /// <summary>Keeps blocks and places; null when there are not enough.</summary>
    public BlockReservation? Reserve(int blocks, int sequences) =>
        _openAlone == 0 && sequences <= _options.MaxSequences - _held.Places - _running.Count ? _held.Reserve(blocks, sequences) : null;

    /// <summary>Adds blocks to a reservation; false when there are not enough, or when it is over.</summary>
    public bool Grow(BlockReservation reservation, int blocks) => _held.Grow(reservation, blocks);

    /// <summary>Gives up a reservation, and what was placed of it.</summary>
    public void Free(BlockReservation reservation)
    {
        if (_held.Close(reservation))
        {
            foreach (Sequence sequence in reservation.Adoption?.Request.Choices ?? [])
            {
                sequence.Release();
            }
        }
    }

    /// <summary>Makes reserved blocks those of a request's choices; false when the reservation is over.</summary>
    public bool Place(RequestAdoption adoption, BlockReservation reservation, IReadOnlyList<PlacedBlocks> blocks)
    {
        if (!_held.IsOpen(reservation))
        {
            return false;
        }

        reservation.Adoption = adoption;
        foreach (PlacedBlocks placed in blocks)
        {
            Sequence choice = adoption.Request.Choices[placed.Choice];
            RequireFit(choice, reservation, placed);
            choice.Place(
                _pool, placed.Blocks.Select(index => _held.Place(reservation, index)), placed.Computed, _options.PrefixCaching);
        }

        return true;
    }

    /// <summary>A request that began elsewhere runs from here on; false when its reservation is over, or it was cancelled.</summary>
    public bool Adopt(RequestAdoption adoption, BlockReservation reservation)
    {
        EngineRequest request = adoption.Request;
        if (request.Cancelled)
        {
            Free(reservation);
        }

        if (!_held.Close(reservation))
        {
            return false;
        }

        foreach (Sequence sequence in request.Choices.Where(choice => choice.Finish is not null))
        {
            // It ended while its blocks were on their way.
            sequence.Release();
        }

        request.Open = request.Choices.Count(choice => choice.Finish is null);
        if (request.Open == 0)
        {
            request.Complete();
            return true;
        }

        Enter(request);
        foreach (Sequence sequence in request.Choices)
        {
            sequence.Urgency = Urgency.Of(request.Priority, _counters.Steps, _arrivals++, _options.AgingSteps);
        }

        Join(request);
        return true;
    }

    /// <summary>Computes nothing more of a request for now.</summary>
    public void Pause(EngineRequest request)
    {
        request.IsPaused = true;
        foreach (Sequence sequence in _waiting.Where(sequence => sequence.Request == request).ToArray())
        {
            _waiting.Remove(sequence);
            _paused.Add(sequence);
        }
    }

    /// <summary>Goes on with it.</summary>
    public void Continue(EngineRequest request)
    {
        request.IsPaused = false;
        foreach (Sequence sequence in _paused.Where(sequence => sequence.Request == request).ToArray())
        {
            _paused.Remove(sequence);
            _waiting.Add(sequence);
        }
    }

    // What is not checked here would be read by the runner as the KV of other tokens.
    private static void RequireFit(Sequence choice, BlockReservation reservation, PlacedBlocks placed)
    {
        int count = (choice.Table?.Count ?? 0) + placed.Blocks.Count;
        bool fits = choice.Computed % KvBlock.Tokens == 0
            && placed.Computed >= choice.Computed
            && placed.Computed < choice.Known
            && KvBlock.Count(placed.Computed) == count
            && placed.Blocks.All(index => index >= 0 && index < reservation.Blocks.Count);
        if (!fits)
        {
            throw new ArgumentException(
                $"Choice {placed.Choice} knows {choice.Known} tokens, and cannot have {placed.Computed} in {count} blocks.",
                nameof(placed));
        }
    }

    // Places were kept for those that have blocks; should there be more of them, the rest waits.
    private void Join(EngineRequest request)
    {
        foreach (Sequence sequence in request.Choices.Where(choice => choice.Finish is null))
        {
            if (sequence.Table is not null && _running.Count < _options.MaxSequences - _held.Places)
            {
                _running.Add(sequence);
            }
            else
            {
                sequence.Release();
                Queue(sequence);
            }
        }
    }
}
