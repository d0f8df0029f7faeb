namespace Godwit.Worker.Protocol;

/// <summary>
/// A request that this worker runs, from a start, replay or resume to its end, and the source's side of every attempt to move it away
/// (DESIGN §5.4): PREPARE, at most <see cref="MaxStages"/> stages, STOP, OFFER. Pure; <see cref="RequestAtWorker"/> is what drivers use.
/// </summary>
internal sealed class SourceMachine(int epoch, long stream, TimeSpan now, WorkerTimes times)
{
    /// <summary>Most stages of copying, the last one included.</summary>
    public const int MaxStages = 3;

    /// <summary>Most blocks of the last stage, for which the request stands still.</summary>
    public const int MaxLastBlocks = 16;

    /// <summary>So few unsent blocks are not worth another stage: the request stops for them.</summary>
    public const int FewBlocks = 4;

    private TimeSpan _ackDeadline = now + times.Acks;

    /// <summary>Of the present step of a move, or of the Gateway's decision about it.</summary>
    private TimeSpan _moveDeadline = TimeSpan.MaxValue;
    private TimeSpan _endedAt;
    private long _move;
    private int _stages;
    private bool _isFinished;

    /// <summary>A stop was asked for and then regretted; its answer is still to come.</summary>
    private bool _stopRegretted;

    /// <summary>Where it is.</summary>
    public SourcePhase Phase { get; private set; }

    /// <summary>Under which epoch it runs here.</summary>
    public int Epoch { get; private set; } = epoch;

    /// <summary>The stream that its frames go to.</summary>
    public long Stream { get; private set; } = stream;

    /// <summary>It holds something at this worker.</summary>
    public bool IsAlive => Phase != SourcePhase.Over;

    /// <summary>Why it ended; null as long as it lives.</summary>
    public DropCause? Cause { get; private set; }

    /// <summary>When a tick is due.</summary>
    public TimeSpan NextDeadline => !IsAlive ? TimeSpan.MaxValue : _moveDeadline < _ackDeadline ? _moveDeadline : _ackDeadline;

    private bool IsMoving => Phase is > SourcePhase.Running and < SourcePhase.Offered;

    /// <summary>
    /// Ends what is overdue. Must come before an event is looked at: a worker that was frozen thaws with old events in its queues.
    /// </summary>
    public void Expire(TimeSpan now, List<WorkerAction> actions)
    {
        if (!IsAlive)
        {
            return;
        }

        if (now >= _ackDeadline)
        {
            Drop(DropCause.NoAcks, now, actions);
        }
        else if (now >= _moveDeadline && Phase == SourcePhase.Offered)
        {
            Drop(DropCause.Undecided, now, actions);
        }
        else if (now >= _moveDeadline)
        {
            Abort(MoveOutcome.TimedOut, actions);
        }
    }

    /// <summary>
    /// An acknowledgement under <paramref name="epoch"/> need not be answered as unknown. An answer that was sent whole may still be on its
    /// way for a while.
    /// </summary>
    public bool Knows(int epoch, TimeSpan now) =>
        epoch == Epoch && (IsAlive || (Cause == DropCause.Answered && now < _endedAt + times.Undelivered));

    /// <summary>A call under the epoch that runs here already: sent twice, or asked again on another connection.</summary>
    public void Attach(long stream, List<WorkerAction> actions)
    {
        if (stream == Stream)
        {
            return;
        }

        Stream = stream;
        actions.Add(new WorkerAction.Attach(stream));
        if (Phase == SourcePhase.Offered)
        {
            actions.Add(new WorkerAction.Offer(_move, Epoch + 1));
        }
    }

    /// <summary>Goes on with what is parked, under a higher epoch. False: nothing is parked.</summary>
    public bool Keep(int epoch, long stream, TimeSpan now, List<WorkerAction> actions)
    {
        if (Phase != SourcePhase.Offered)
        {
            return false;
        }

        Phase = SourcePhase.Running;
        Epoch = epoch;
        Stream = stream;
        _ackDeadline = now + times.Acks;
        _moveDeadline = TimeSpan.MaxValue;
        actions.Add(WorkerAction.Unpark.Instance);
        actions.Add(new WorkerAction.Attach(stream));
        return true;
    }

    /// <summary>Ends it.</summary>
    public void Drop(DropCause cause, TimeSpan now, List<WorkerAction> actions)
    {
        if (!IsAlive)
        {
            return;
        }

        if (IsMoving)
        {
            EndMove(MoveOutcome.Dropped, tellPeer: true, actions);
        }
        else if (Phase == SourcePhase.Offered && cause is not (DropCause.NoAcks or DropCause.Undecided))
        {
            // The Gateway may never have read the offer, and the destination wait for it in vain. If it runs there, nobody hears this.
            actions.Add(new WorkerAction.SendAbort(_move));
        }

        Phase = SourcePhase.Over;
        Cause = cause;
        _endedAt = now;
        actions.Add(new WorkerAction.Drop(cause));
    }

    /// <summary>Handles whatever is not a call of the Gateway that begins something.</summary>
    public void Handle(WorkerEvent happened, TimeSpan now, List<WorkerAction> actions)
    {
        if (!IsAlive)
        {
            return;
        }

        switch (happened)
        {
            case WorkerEvent.Ack ack when ack.Epoch == Epoch:
                _ackDeadline = now + times.Acks;
                break;
            case WorkerEvent.Release release when release.Epoch >= Epoch:
                Drop(DropCause.Released, now, actions);
                break;

            // After the OFFER the stream ends, in one way or another, and the request waits for the Gateway's word.
            case WorkerEvent.StreamBroken broken when broken.Stream == Stream && Phase != SourcePhase.Offered:
                Drop(DropCause.StreamBroken, now, actions);
                break;
            case WorkerEvent.Answered answered when answered.Stream == Stream && Phase == SourcePhase.Running:
                Drop(DropCause.Answered, now, actions);
                break;
            case WorkerEvent.Finished:
                _isFinished = true;
                _stopRegretted = false;
                if (IsMoving)
                {
                    EndMove(MoveOutcome.Finished, tellPeer: true, actions);
                }

                break;
            case WorkerEvent.Preempted when IsMoving && Phase != SourcePhase.Sending:
                Abort(MoveOutcome.Preempted, actions);
                break;
            case WorkerEvent.MoveOrdered order:
                Begin(order.Move, now, actions);
                break;
            case WorkerEvent.Stopped stopped:
                OnStopped(stopped.Move, now, actions);
                break;
            case WorkerEvent.NotStopped notStopped:
                _stopRegretted = false;
                if (Phase == SourcePhase.Stopping && notStopped.Move == _move)
                {
                    EndMove(MoveOutcome.Preempted, tellPeer: true, actions);
                }

                break;
            default:
                OnMove(happened, now, actions);
                break;
        }
    }

    private void Begin(long move, TimeSpan now, List<WorkerAction> actions)
    {
        if (Phase != SourcePhase.Running || _isFinished || _stopRegretted)
        {
            actions.Add(new WorkerAction.MoveOver(move, MoveOutcome.Busy));
            return;
        }

        _move = move;
        _stages = 0;
        Enter(SourcePhase.Preparing, now + times.Prepare);
        actions.Add(new WorkerAction.SendPrepare(move));
    }

    private void OnMove(WorkerEvent happened, TimeSpan now, List<WorkerAction> actions)
    {
        switch (happened)
        {
            case WorkerEvent.Prepared prepared when prepared.Move == _move && Phase == SourcePhase.Preparing:
                Ask(now, actions);
                break;
            case WorkerEvent.Progress progress when progress.Move == _move && Phase == SourcePhase.Asking:
                OnProgress(progress, now, actions);
                break;
            case WorkerEvent.CopyAdvanced advanced when advanced.Move == _move && Phase == SourcePhase.Copying:
                _moveDeadline = now + times.Stage;
                break;
            case WorkerEvent.Copied copied when copied.Move == _move && Phase == SourcePhase.Copying:
                Ask(now, actions);
                break;
            case WorkerEvent.Ready ready when ready.Move == _move && Phase == SourcePhase.Sending:
                Enter(SourcePhase.Offered, now + times.Undelivered);
                actions.Add(new WorkerAction.Offer(_move, Epoch + 1));
                actions.Add(new WorkerAction.MoveOver(_move, MoveOutcome.Offered));
                break;
            case WorkerEvent.Refused refused when refused.Move == _move && IsMoving:
                EndMove(MoveOutcome.Refused, tellPeer: false, actions);
                break;
            case WorkerEvent.PeerLost lost when lost.Move == _move && IsMoving:
                Abort(MoveOutcome.PeerLost, actions);
                break;
        }
    }

    private void Ask(TimeSpan now, List<WorkerAction> actions)
    {
        Enter(SourcePhase.Asking, now + times.Stage);
        actions.Add(new WorkerAction.AskProgress(_move));
    }

    private void OnProgress(WorkerEvent.Progress progress, TimeSpan now, List<WorkerAction> actions)
    {
        _stages++;
        if (!progress.IsMovable)
        {
            Abort(MoveOutcome.NotMovable, actions);
        }
        else if (progress.Unsent <= (_stages < MaxStages ? FewBlocks : MaxLastBlocks))
        {
            Enter(SourcePhase.Stopping, now + times.Stage);
            actions.Add(new WorkerAction.Stop(_move));
        }
        else if (_stages >= MaxStages)
        {
            Abort(MoveOutcome.NotConverged, actions);
        }
        else
        {
            Enter(SourcePhase.Copying, now + times.Stage);
            actions.Add(new WorkerAction.Copy(_move, _stages));
        }
    }

    private void OnStopped(long move, TimeSpan now, List<WorkerAction> actions)
    {
        if (Phase == SourcePhase.Stopping && move == _move)
        {
            Enter(SourcePhase.Sending, now + times.Ready);
            actions.Add(new WorkerAction.SendLast(_move));
        }
        else if (_stopRegretted)
        {
            _stopRegretted = false;
            actions.Add(WorkerAction.Unpark.Instance);
        }
    }

    private void Abort(MoveOutcome outcome, List<WorkerAction> actions)
    {
        _stopRegretted |= Phase == SourcePhase.Stopping;
        EndMove(outcome, tellPeer: true, actions);
    }

    private void EndMove(MoveOutcome outcome, bool tellPeer, List<WorkerAction> actions)
    {
        if (tellPeer)
        {
            actions.Add(new WorkerAction.SendAbort(_move));
        }

        if (Phase == SourcePhase.Sending && outcome != MoveOutcome.Dropped)
        {
            actions.Add(WorkerAction.Unpark.Instance);
        }

        actions.Add(new WorkerAction.MoveOver(_move, outcome));
        Phase = SourcePhase.Running;
        _moveDeadline = TimeSpan.MaxValue;
    }

    private void Enter(SourcePhase phase, TimeSpan deadline)
    {
        Phase = phase;
        _moveDeadline = deadline;
    }
}
