namespace Godwit.Worker.Protocol;

/// <summary>
/// What a worker holds for a request that is being moved to it: reserved under (request, epoch of the source, move), with a deadline that
/// every frame of the source moves on, and nothing else: the Gateway resumes at once, or has the source keep the request. (An
/// acknowledgement proves nothing, since the Gateway may be starting the request here anew, by a call that was lost.) It never runs by
/// itself: only a resume with exactly the next epoch makes it a running request. Pure; <see cref="RequestAtWorker"/> is what drivers use.
/// </summary>
internal sealed class DestinationMachine(int epoch, long move, TimeSpan now, WorkerTimes times)
{
    private TimeSpan _deadline = now + times.Reservation;

    /// <summary>Where it is.</summary>
    public DestinationPhase Phase { get; private set; }

    /// <summary>The source's epoch.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The source's attempt.</summary>
    public long Move { get; } = move;

    /// <summary>It holds something at this worker.</summary>
    public bool IsAlive => Phase != DestinationPhase.Over;

    /// <summary>When a tick is due.</summary>
    public TimeSpan NextDeadline => IsAlive ? _deadline : TimeSpan.MaxValue;

    /// <summary>Ends what is overdue; comes before an event is looked at.</summary>
    public void Expire(TimeSpan now, List<WorkerAction> actions)
    {
        if (now >= _deadline)
        {
            Free(actions);
        }
    }

    /// <summary>COMMIT. False: it is not ready, or was made under another epoch.</summary>
    public bool Resume(int epoch)
    {
        if (Phase != DestinationPhase.Ready || epoch != Epoch + 1)
        {
            return false;
        }

        Phase = DestinationPhase.Over;
        return true;
    }

    /// <summary>Frees it, if it is still held.</summary>
    public void Free(List<WorkerAction> actions)
    {
        if (IsAlive)
        {
            Phase = DestinationPhase.Over;
            actions.Add(new WorkerAction.Free(Move));
        }
    }

    /// <summary>Handles what comes from the source and from the engine.</summary>
    public void Handle(WorkerEvent happened, TimeSpan now, List<WorkerAction> actions)
    {
        switch (happened)
        {
            case WorkerEvent.Prepare when Phase == DestinationPhase.Receiving:
                actions.Add(new WorkerAction.SendPrepared(Move));
                break;
            case WorkerEvent.Reserved when Phase == DestinationPhase.Reserving:
                Phase = DestinationPhase.Receiving;
                actions.Add(new WorkerAction.SendPrepared(Move));
                break;
            case WorkerEvent.NotReserved when Phase == DestinationPhase.Reserving:
                Phase = DestinationPhase.Over;
                actions.Add(new WorkerAction.SendRefused(Move));
                break;
            case WorkerEvent.BlocksCame when Phase == DestinationPhase.Receiving:
                _deadline = now + times.Reservation;
                break;
            case WorkerEvent.Completed when Phase is DestinationPhase.Receiving or DestinationPhase.Ready:
                Phase = DestinationPhase.Ready;
                _deadline = now + times.Reservation;
                actions.Add(new WorkerAction.SendReady(Move));
                break;
            case WorkerEvent.Abort:
                Free(actions);
                break;

            // The source may die once it has offered; then the Gateway commits as planned.
            case WorkerEvent.PeerLost when Phase != DestinationPhase.Ready:
                Free(actions);
                break;
            case WorkerEvent.Release release when release.Epoch >= Epoch:
                Free(actions);
                break;
        }
    }
}
