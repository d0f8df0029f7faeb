namespace Godwit.Worker.Protocol;

/// <summary>
/// All that a worker must know of one request to obey DESIGN §5.2 and §5.4: what runs, what is held, which epochs have been, and whether
/// the client is gone. The one place where calls are admitted or refused. Pure: the driver feeds it events under a lock of its own,
/// carries out the actions in their order, and sets one timer to <see cref="NextDeadline"/>. Times are those of a monotonic clock.
/// </summary>
/// <remarks>
/// A request id that is not in the driver's table gets a new object for <c>Start</c>, <c>Resume</c>, <c>Keep</c>, <c>Cancel</c>,
/// <c>Release</c> and <c>Prepare</c>; other events of unknown ids are dropped. It is removed from the table when
/// <see cref="IsForgotten"/> says so.
/// </remarks>
internal sealed class RequestAtWorker(TimeSpan now, WorkerTimes times)
{
    private SourceMachine? _source;
    private DestinationMachine? _destination;

    /// <summary>Highest epoch that a call of the Gateway has named as this worker's.</summary>
    private int _seen;

    private int _preparedEpoch;
    private long _preparedMove;
    private TimeSpan _lastEvent = now;
    private TimeSpan _cancelledUntil = TimeSpan.MinValue;

    /// <summary>The running or parked request, if there is one.</summary>
    public SourceMachine? Running => _source is { IsAlive: true } ? _source : null;

    /// <summary>What is held for a request that is being moved here, if there is something.</summary>
    public DestinationMachine? Held => _destination is { IsAlive: true } ? _destination : null;

    /// <summary>When a <see cref="WorkerEvent.Tick"/> is due, or when to ask <see cref="IsForgotten"/>.</summary>
    public TimeSpan NextDeadline => Running?.NextDeadline ?? Held?.NextDeadline ?? Later(_lastEvent + times.Memory, _cancelledUntil);

    /// <summary>Nothing is left to be known: the driver may drop this object.</summary>
    public bool IsForgotten(TimeSpan now) => Running is null && Held is null && now >= NextDeadline;

    /// <summary>
    /// Whether an acknowledgement under <paramref name="epoch"/> is answered as known: the request runs or is parked here under it, or was
    /// answered just now.
    /// </summary>
    public bool Knows(int epoch, TimeSpan now) => _source?.Knows(epoch, now) == true;

    /// <summary>Takes an event in and adds what follows from it to <paramref name="actions"/>.</summary>
    public void Handle(WorkerEvent happened, TimeSpan now, List<WorkerAction> actions)
    {
        _source?.Expire(now, actions);
        _destination?.Expire(now, actions);
        if (happened is not WorkerEvent.Tick)
        {
            _lastEvent = now;
        }

        switch (happened)
        {
            case WorkerEvent.Tick:
                break;
            case WorkerEvent.Start call:
                if (Admit(call.Epoch, call.Stream, now, actions))
                {
                    Supersede(now, actions);
                    _source = new SourceMachine(call.Epoch, call.Stream, now, times);
                    actions.Add(new WorkerAction.Run(call.Epoch, call.Stream));
                }

                break;
            case WorkerEvent.Resume call:
                if (Admit(call.Epoch, call.Stream, now, actions))
                {
                    Resume(call, now, actions);
                }

                break;
            case WorkerEvent.Keep call:
                if (Admit(call.Epoch, call.Stream, now, actions) && Running?.Keep(call.Epoch, call.Stream, now, actions) != true)
                {
                    Supersede(now, actions);
                    actions.Add(new WorkerAction.Refuse(call.Stream, RefusalReason.NotHeld));
                }

                break;
            case WorkerEvent.Cancel call:
                _seen = Math.Max(_seen, call.Epoch);
                _cancelledUntil = now + times.Memory;
                Running?.Drop(DropCause.Cancelled, now, actions);
                Held?.Free(actions);
                break;
            case WorkerEvent.Release call:
                _seen = Math.Max(_seen, call.Epoch);
                Running?.Handle(call, now, actions);
                Held?.Handle(call, now, actions);
                break;
            case WorkerEvent.Prepare prepare:
                Prepare(prepare, now, actions);
                break;
            default:
                Pass(happened, now, actions);
                break;
        }
    }

    /// <summary>
    /// True: the call is the first of its epoch and may begin something. An epoch is used once: a second call of the one that lives
    /// here gets its frames, any other is late.
    /// </summary>
    private bool Admit(int epoch, long stream, TimeSpan now, List<WorkerAction> actions)
    {
        if (now < _cancelledUntil)
        {
            actions.Add(new WorkerAction.Refuse(stream, RefusalReason.Cancelled));
            return false;
        }

        if (epoch > _seen)
        {
            _seen = epoch;
            return true;
        }

        if (Running is { } running && running.Epoch == epoch)
        {
            running.Attach(stream, actions);
        }
        else
        {
            actions.Add(new WorkerAction.Refuse(stream, RefusalReason.Stale));
        }

        return false;
    }

    private void Supersede(TimeSpan now, List<WorkerAction> actions)
    {
        Running?.Drop(DropCause.Superseded, now, actions);
        Held?.Free(actions);
    }

    private void Resume(WorkerEvent.Resume call, TimeSpan now, List<WorkerAction> actions)
    {
        Running?.Drop(DropCause.Superseded, now, actions);
        if (Held?.Resume(call.Epoch) == true)
        {
            _source = new SourceMachine(call.Epoch, call.Stream, now, times);
            actions.Add(new WorkerAction.Adopt(call.Epoch, call.Stream));
        }
        else
        {
            Held?.Free(actions);
            actions.Add(new WorkerAction.Refuse(call.Stream, RefusalReason.NotHeld));
        }
    }

    private void Prepare(WorkerEvent.Prepare prepare, TimeSpan now, List<WorkerAction> actions)
    {
        if (Held is { } held && held.Epoch == prepare.Epoch && held.Move == prepare.Move)
        {
            held.Handle(prepare, now, actions);
            return;
        }

        // Who lives here is not moved here as well; and a late PREPARE must not bring back what was aborted.
        bool isNew = prepare.Epoch > _preparedEpoch || (prepare.Epoch == _preparedEpoch && prepare.Move > _preparedMove);
        if (Running is not null || prepare.Epoch <= _seen || !isNew || now < _cancelledUntil)
        {
            actions.Add(new WorkerAction.SendRefused(prepare.Move));
            return;
        }

        Held?.Free(actions);
        (_preparedEpoch, _preparedMove) = (prepare.Epoch, prepare.Move);
        _destination = new DestinationMachine(prepare.Epoch, prepare.Move, now, times);
        actions.Add(new WorkerAction.Reserve(prepare.Move));
    }

    /// <summary>What belongs to one move goes to whichever side of it lives here.</summary>
    private void Pass(WorkerEvent happened, TimeSpan now, List<WorkerAction> actions)
    {
        long? move = happened switch
        {
            WorkerEvent.Reserved e => e.Move,
            WorkerEvent.NotReserved e => e.Move,
            WorkerEvent.BlocksCame e => e.Move,
            WorkerEvent.Completed e => e.Move,
            WorkerEvent.Abort e => e.Move,
            WorkerEvent.PeerLost e => e.Move,
            _ => null,
        };
        if (Held is { } held && (move is null || move == held.Move))
        {
            held.Handle(happened, now, actions);
        }
        else if (happened is WorkerEvent.Completed late)
        {
            // The source waits for an answer with its request parked: it shall not wait until its deadline.
            actions.Add(new WorkerAction.SendRefused(late.Move));
        }

        Running?.Handle(happened, now, actions);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
