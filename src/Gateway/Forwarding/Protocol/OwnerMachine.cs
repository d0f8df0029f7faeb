using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>
/// Owns a request on behalf of its client (DESIGN §5.2, §5.4): makes its epochs, says which worker is called and whose frames count,
/// commits moves, and recovers from failures. It reads one stream at a time, and every call gets an epoch of its own. Pure: the driver
/// feeds it frames and events under a lock, carries out the actions in their order, and sets one timer to <see cref="NextDeadline"/>.
/// Times are those of a monotonic clock.
/// </summary>
internal sealed class OwnerMachine(OwnerTimes times)
{
    /// <summary>Every life of an instance that this request has been given to, except those that cannot have it.</summary>
    private readonly List<MigrationPeer> _touched = [];

    /// <summary>Lives of instances that have failed or refused it.</summary>
    private readonly HashSet<MigrationPeer> _failed = [];

    private MigrationPeer? _current;
    private AttemptKind _kind;
    private Parked? _parked;
    private MigrationPeer? _told;
    private bool _isChoosing;

    /// <summary>The present attempt has brought a frame that continues the answer; until then a move can still be taken back.</summary>
    private bool _hasSpoken;
    private TimeSpan _headersAt;
    private TimeSpan _callDeadline = TimeSpan.MaxValue;
    private TimeSpan _silenceDeadline = TimeSpan.MaxValue;
    private int _passedOver;

    /// <summary>Tokens so far.</summary>
    public TokenLog Log { get; } = new();

    /// <summary>Number of the current owner among workers; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Number of the current call.</summary>
    public int Attempt { get; private set; }

    /// <summary>How often it has gone on elsewhere after a failure.</summary>
    public int Recoveries { get; private set; }

    /// <summary>How many workers broke down with it: those that fell silent, or lost their way, are not among them.</summary>
    public int Crashes { get; private set; }

    /// <summary>How it ended; null while it lives.</summary>
    public OwnerEnd? Ended { get; private set; }

    /// <summary>Whose stream is read; null between two calls.</summary>
    public MigrationPeer? Current => _current;

    /// <summary>When a <see cref="OwnerEvent.Tick"/> is due.</summary>
    public TimeSpan NextDeadline => _callDeadline < _silenceDeadline ? _callDeadline : _silenceDeadline;

    /// <summary>
    /// To whom acknowledgements go, each with the epoch that it knows, from the <see cref="OwnerAction.Open"/> on: the worker that is
    /// read, and the parked source while it may be needed again.
    /// </summary>
    public void AddHolders(List<(MigrationPeer Instance, int Epoch)> holders)
    {
        if (_current is not null)
        {
            holders.Add((_current, Epoch));
        }

        if (_parked is { } parked)
        {
            holders.Add((parked.Instance, parked.Epoch));
        }
    }

    /// <summary>The first thing to call.</summary>
    public void Begin(List<OwnerAction> actions) => Choose(actions);

    /// <summary>
    /// Judges a frame of an attempt's stream (not one with <see cref="FrameFlags.Moved"/>). With <see cref="FrameVerdict.Accept"/> first
    /// the actions are carried out up to an <see cref="OwnerAction.End"/>, then the payload is passed on, then the end is made.
    /// </summary>
    public FrameVerdict Judge(int attempt, Frame frame, TimeSpan now, List<OwnerAction> actions)
    {
        Expire(now, actions);
        if (!IsRead(attempt))
        {
            return FrameVerdict.Drop;
        }

        _silenceDeadline = now + times.Silence;
        if (frame.Flags.HasFlag(FrameFlags.Error))
        {
            OnFailed(
                frame.Flags.HasFlag(FrameFlags.ClientError) ? AttemptFailure.Refused : AttemptFailure.Broken, now, actions);
            return FrameVerdict.Drop;
        }

        FrameVerdict verdict = Log.Judge(frame);
        switch (verdict)
        {
            case FrameVerdict.Broken:
                OnFailed(AttemptFailure.Silent, now, actions);
                break;
            case FrameVerdict.Accept:
                Confirm(actions);
                if (!_current!.Equals(_told))
                {
                    actions.Add(new OwnerAction.Switch(_current));
                    _told = _current;
                }

                if (frame.Flags.HasFlag(FrameFlags.Last))
                {
                    Finish(OwnerEnd.Answered, actions);
                }

                break;
        }

        return verdict;
    }

    /// <summary>Takes an event in and adds what follows from it to <paramref name="actions"/>.</summary>
    public void Handle(OwnerEvent happened, TimeSpan now, List<OwnerAction> actions)
    {
        Expire(now, actions);
        if (Ended is not null)
        {
            return;
        }

        switch (happened)
        {
            case OwnerEvent.Chosen chosen when _isChoosing:
                OpenChosen(chosen.Instance, now, actions);
                break;
            case OwnerEvent.NoneLeft when _isChoosing:
                Finish(OwnerEnd.NoInstance, actions);
                break;
            case OwnerEvent.Headers headers when IsRead(headers.Attempt):
                _headersAt = now;
                _silenceDeadline = now + times.Silence;
                if (!_hasSpoken)
                {
                    // The destination must show that it can; the source is known to.
                    _callDeadline = _kind == AttemptKind.Resume ? now + times.FirstFrame : TimeSpan.MaxValue;
                }

                break;
            case OwnerEvent.Moved moved when IsRead(moved.Attempt):
                OnMoved(moved.Notice, now, actions);
                break;
            case OwnerEvent.Failed failed when IsRead(failed.Attempt):
                OnFailed(failed.Failure, now, actions);
                break;
            case OwnerEvent.AckAnswered answered when answered.Epoch == Epoch && answered.Instance.Equals(_current):
                OnAckAnswered(answered, now, actions);
                break;
            case OwnerEvent.ClientGone:
                foreach (MigrationPeer instance in _touched)
                {
                    actions.Add(new OwnerAction.Cancel(instance, Epoch));
                }

                Finish(OwnerEnd.ClientGone, actions);
                break;
        }
    }

    private bool IsCommit => _kind is AttemptKind.Resume or AttemptKind.Keep;

    private bool IsRead(int attempt) => _current is not null && attempt == Attempt;

    /// <summary>Comes before an event is looked at: what a Gateway that was frozen reads first may be old.</summary>
    private void Expire(TimeSpan now, List<OwnerAction> actions)
    {
        if (_current is not null && now >= NextDeadline)
        {
            OnFailed(AttemptFailure.Silent, now, actions);
        }
    }

    private void OnAckAnswered(OwnerEvent.AckAnswered answered, TimeSpan now, List<OwnerAction> actions)
    {
        if (answered.IsKnown)
        {
            _silenceDeadline = now + times.Silence;
        }
        else if (_headersAt > TimeSpan.MinValue && answered.SentAt > _headersAt)
        {
            // It had it, and has it no more; what it said about that on the stream was lost. Before the headers the call may still be on
            // its way, so that an unknown request is no verdict then, but no sign of life either.
            OnFailed(AttemptFailure.Silent, now, actions);
        }
    }

    private void OnMoved(MovedNotice notice, TimeSpan now, List<OwnerAction> actions)
    {
        if (notice.Epoch != Epoch + 1 || notice.Next.Count < Log.Choices || IsBehind(notice.Next))
        {
            OnFailed(AttemptFailure.Silent, now, actions);
            return;
        }

        // It may have been moved on before it said a word: what the source before it parked is not needed any more.
        Confirm(actions);
        _parked = new Parked(_current!, Epoch);
        actions.Add(new OwnerAction.Close(Attempt));
        Open(AttemptKind.Resume, notice.Destination, now, actions);
    }

    /// <summary>The worker knows of fewer tokens than the client has: it cannot be what was read.</summary>
    private bool IsBehind(IReadOnlyList<int> next)
    {
        for (int choice = 0; choice < Log.Choices; choice++)
        {
            if (next[choice] < Log.NextOf(choice))
            {
                return true;
            }
        }

        return false;
    }

    private void OnFailed(AttemptFailure failure, TimeSpan now, List<OwnerAction> actions)
    {
        MigrationPeer failed = _current!;
        actions.Add(new OwnerAction.Close(Attempt));
        _failed.Add(failed);
        if (failure == AttemptFailure.Refused && !IsCommit)
        {
            Finish(OwnerEnd.Refused, actions);
            return;
        }

        // A call on its way may still arrive: from now on it is refused there, and what it has begun ends.
        actions.Add(new OwnerAction.Release(failed, Epoch));
        if (_kind == AttemptKind.Resume && !_hasSpoken && _parked is { } parked)
        {
            _parked = null;
            Open(AttemptKind.Keep, parked.Instance, now, actions);
            return;
        }

        // Whoever never had it is no victim of it. The source of a move had it.
        bool neverHad = failure is AttemptFailure.NotConnected or AttemptFailure.Declined && !IsCommit && !_hasSpoken;
        if (neverHad)
        {
            // What has begun is not given up for that: it is the driver who says how long it may wait for room.
            if (!Log.HasTokens && ++_passedOver > times.MaxPassedOver)
            {
                Finish(OwnerEnd.NoInstance, actions);
                return;
            }
        }
        else if (failure == AttemptFailure.GivenBack)
        {
            _passedOver = 0;
        }
        else
        {
            _passedOver = 0;
            Crashes += failure == AttemptFailure.Broken ? 1 : 0;
            if (++Recoveries > times.MaxRecoveries)
            {
                Finish(Crashes > times.MaxRecoveries ? OwnerEnd.Poisoned : OwnerEnd.Failed, actions);
                return;
            }
        }

        Choose(actions);
    }

    private void Choose(List<OwnerAction> actions)
    {
        Rest();
        _isChoosing = true;
        actions.Add(new OwnerAction.Choose(_failed, IsAlone));
    }

    /// <summary>After the second crash it runs with nothing beside it, so that a third convicts it and no neighbour.</summary>
    private bool IsAlone => Crashes > 0 && Crashes >= times.MaxRecoveries;

    private void OpenChosen(MigrationPeer instance, TimeSpan now, List<OwnerAction> actions)
    {
        _isChoosing = false;
        if (!Log.HasTokens && !Log.HasPayload)
        {
            Log.Clear();
        }

        Open(Log.HasTokens ? AttemptKind.Replay : AttemptKind.Start, instance, now, actions);
    }

    private void Open(AttemptKind kind, MigrationPeer instance, TimeSpan now, List<OwnerAction> actions)
    {
        Epoch++;
        Attempt++;
        _kind = kind;
        _current = instance;
        _hasSpoken = false;
        _headersAt = TimeSpan.MinValue;
        _silenceDeadline = now + times.Silence;
        _callDeadline = IsCommit ? now + times.Headers : TimeSpan.MaxValue;
        Log.BeginStream();
        if (!_touched.Contains(instance))
        {
            _touched.Add(instance);
        }

        actions.Add(new OwnerAction.Open(Attempt, kind, instance, Epoch, IsAlone && !IsCommit));
    }

    /// <summary>The worker that is read has proved that it has the request: the one before it is free.</summary>
    private void Confirm(List<OwnerAction> actions)
    {
        _hasSpoken = true;
        _callDeadline = TimeSpan.MaxValue;
        if (_parked is { } parked)
        {
            actions.Add(new OwnerAction.Release(parked.Instance, parked.Epoch));
            _parked = null;
        }
    }

    private void Finish(OwnerEnd how, List<OwnerAction> actions)
    {
        if (how is not (OwnerEnd.Answered or OwnerEnd.Refused) && _current is not null)
        {
            actions.Add(new OwnerAction.Close(Attempt));
        }

        Rest();
        _parked = null;
        Ended = how;
        actions.Add(new OwnerAction.End(how));
    }

    private void Rest()
    {
        _current = null;
        _isChoosing = false;
        _callDeadline = TimeSpan.MaxValue;
        _silenceDeadline = TimeSpan.MaxValue;
    }

    private readonly record struct Parked(MigrationPeer Instance, int Epoch);
}
