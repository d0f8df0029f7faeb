using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;
using Godwit.Worker.Protocol;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// Drives the state machine of one request at this worker: hands it what happens, from any thread, and carries out its actions in their
/// order, one after the other and under no lock.
/// </summary>
/// <param name="request">Request id.</param>
/// <param name="table">What all requests share.</param>
internal sealed class RequestSlot(string request, RequestTable table)
{
    private readonly Lock _lock = new();
    private readonly RequestAtWorker _machine = new(table.Now, WorkerTimes.Default);
    private readonly Queue<WorkerAction> _actions = new();
    private readonly List<WorkerAction> _decided = [];
    private readonly Dictionary<long, GatewayCall> _calls = [];
    private readonly Dictionary<long, IRequestMove> _moves = [];
    private bool _isCarrying;
    private bool _isGone;
    private ServedRequest? _running;

    /// <summary>The move out that was ordered last: of a parked request it has what it takes to go on here.</summary>
    private IRequestMove? _outgoing;

    /// <summary>The move in that was asked for last.</summary>
    private IRequestMove? _incoming;

    /// <summary>Request id.</summary>
    public string Id { get; } = request;

    /// <summary>Something of it is here.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_lock)
            {
                return _machine.Running is not null || _machine.Held is not null;
            }
        }
    }

    /// <summary>The request if it runs here and no move of it is under way, with its epoch.</summary>
    public (ServedRequest Request, int Epoch)? Movable
    {
        get
        {
            lock (_lock)
            {
                return _machine.Running is { Phase: SourcePhase.Running } machine && _running is { } running
                    ? (running, machine.Epoch)
                    : null;
            }
        }
    }

    /// <summary>Hands an event to the machine; false: this slot is forgotten, another one has to be found.</summary>
    public bool TryHandle(WorkerEvent happened, GatewayCall? call = null, IRequestMove? move = null)
    {
        lock (_lock)
        {
            if (_isGone)
            {
                return false;
            }

            if (call is not null)
            {
                _calls[call.Stream] = call;
            }

            if (move is not null)
            {
                _moves[move.Move] = move;
            }

            Decide(happened);
        }

        CarryOut();
        return true;
    }

    /// <summary>Begins a move away; false: the request has just ended, and nothing will come of it.</summary>
    public bool TryOrder(IRequestMove move)
    {
        bool isTaken;
        lock (_lock)
        {
            _moves[move.Move] = move;
            Decide(new WorkerEvent.MoveOrdered(move.Move));
            isTaken = _actions.Any(action => action is WorkerAction.SendPrepare p && p.Move == move.Move
                || action is WorkerAction.MoveOver o && o.Move == move.Move);
            if (!isTaken)
            {
                _moves.Remove(move.Move);
            }
        }

        CarryOut();
        return isTaken;
    }

    /// <summary>Hands an event to the machine; late ones of a forgotten request say nothing.</summary>
    public void Happened(WorkerEvent happened) => TryHandle(happened);

    /// <summary>Takes note of what its Gateway has; false: this worker does not know it under that epoch.</summary>
    public bool Acknowledge(RequestAck ack)
    {
        bool knows;
        ServedRequest? request;
        lock (_lock)
        {
            Decide(new WorkerEvent.Ack(ack.Epoch));
            knows = _machine.Knows(ack.Epoch, table.Now);
            request = _machine.Running?.Epoch == ack.Epoch ? _running : null;
        }

        CarryOut();
        if (knows)
        {
            request?.Acknowledge(ack.Next);
        }

        return knows;
    }

    /// <summary>Ends what runs here with an error that has the Gateway go on elsewhere.</summary>
    public void GiveBack()
    {
        ServedRequest? running;
        lock (_lock)
        {
            running = _machine.Running is { Phase: < SourcePhase.Offered } ? _running : null;
        }

        running?.Fail(new ApiException(ApiError.Overloaded("This instance stops; another one has to go on.")));
    }

    /// <summary>Lets time pass; true: nothing is left to be known, and this slot is forgotten.</summary>
    public bool Tick()
    {
        lock (_lock)
        {
            if (table.Now < _machine.NextDeadline)
            {
                return false;
            }

            Decide(WorkerEvent.Tick.Instance);
            _isGone = _machine.IsForgotten(table.Now) && _actions.Count == 0 && !_isCarrying;
            if (_isGone)
            {
                return true;
            }
        }

        CarryOut();
        return false;
    }

    private void Decide(WorkerEvent happened)
    {
        _machine.Handle(happened, table.Now, _decided);
        foreach (WorkerAction action in _decided)
        {
            _actions.Enqueue(action);
        }

        _decided.Clear();
    }

    // Whoever comes while another carries out leaves his actions to him.
    private void CarryOut()
    {
        while (true)
        {
            WorkerAction? action;
            lock (_lock)
            {
                if (_isCarrying || !_actions.TryDequeue(out action))
                {
                    return;
                }

                _isCarrying = true;
            }

            try
            {
                Carry(action);
            }
#pragma warning disable CA1031 // The next action has to follow, whatever came of this one; what it was to do ends by its deadline.
            catch (Exception error)
#pragma warning restore CA1031
            {
                table.LogAction(Id, action, error);
            }
            finally
            {
                lock (_lock)
                {
                    _isCarrying = false;
                }
            }
        }
    }

    private void Carry(WorkerAction action)
    {
        switch (action)
        {
            case WorkerAction.Run run:
                Run(run);
                break;
            case WorkerAction.Adopt adopt:
                Serve(_incoming!.Request!);
                _incoming.Carry(adopt);
                Take(adopt.Stream)?.Answer(_running!);
                Replace(ref _incoming, null);
                break;
            case WorkerAction.Attach attach when _running is { } running:
                Take(attach.Stream)?.Answer(running);
                break;
            case WorkerAction.Refuse refuse:
                Take(refuse.Stream)?.Refuse(Refusal(refuse.Reason));
                break;
            case WorkerAction.Drop drop:
                table.LogDropped(Id, drop.Cause);
                _running?.End();
                _running = null;
                Replace(ref _outgoing, null);
                break;
            case WorkerAction.Unpark:
                _running?.Offer(null);
                _outgoing?.Carry(action);
                break;
            case WorkerAction.SendPrepare prepare:
                Replace(ref _outgoing, MoveOf(prepare.Move));
                _outgoing?.Carry(action);
                break;
            case WorkerAction.Reserve reserve:
                Replace(ref _incoming, MoveOf(reserve.Move));
                _incoming?.Carry(action);
                break;
            default:
                CarryMove(action);
                break;
        }
    }

    private void CarryMove(WorkerAction action)
    {
        (long move, bool isLast) = action switch
        {
            WorkerAction.AskProgress a => (a.Move, false),
            WorkerAction.Copy a => (a.Move, false),
            WorkerAction.Stop a => (a.Move, false),
            WorkerAction.SendLast a => (a.Move, false),
            WorkerAction.Offer a => (a.Move, false),
            WorkerAction.SendAbort a => (a.Move, false),
            WorkerAction.MoveOver a => (a.Move, true),
            WorkerAction.SendPrepared a => (a.Move, false),
            WorkerAction.SendReady a => (a.Move, false),
            WorkerAction.SendRefused a => (a.Move, true),
            WorkerAction.Free a => (a.Move, true),
            _ => throw new InvalidOperationException($"Nobody carries out {action.GetType().Name}."),
        };
        MoveOf(move)?.Carry(action);

        // The last move out is kept: it may be offered, and taken back.
        if (isLast && _outgoing?.Move != move)
        {
            _incoming = _incoming?.Move == move ? null : _incoming;
            Forget(move);
        }
    }

    private void Run(WorkerAction.Run run)
    {
        if (Take(run.Stream) is not { Begin: { } begin } call)
        {
            return;
        }

        var request = new ServedRequest(begin, call.Start.From, table.Limits);
        Serve(request);
        try
        {
            Generation generation = table.Submit(begin.Prepared.Request);
            request.Begin(generation);
            call.Answer(request);
        }
#pragma warning disable CA1031 // Whatever it is, it is the caller's answer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            call.Refuse(error);
            request.Fail(error);
            Happened(new WorkerEvent.StreamBroken(run.Stream));
        }
    }

    private void Serve(ServedRequest request)
    {
        request.Finished += () => Happened(new WorkerEvent.Finished());
        _running = request;
    }

    private GatewayCall? Take(long stream)
    {
        lock (_lock)
        {
            return _calls.Remove(stream, out GatewayCall? call) ? call : null;
        }
    }

    private IRequestMove? MoveOf(long move)
    {
        lock (_lock)
        {
            return _moves.GetValueOrDefault(move);
        }
    }

    private void Replace(ref IRequestMove? place, IRequestMove? move)
    {
        if (place is { } former && former != move)
        {
            Forget(former.Move);
        }

        place = move;
    }

    private void Forget(long move)
    {
        lock (_lock)
        {
            _moves.Remove(move);
        }
    }

    private ApiException Refusal(RefusalReason reason) => reason == RefusalReason.NotHeld
        ? new ApiException(ApiError.Invalid(
            $"No request {Id} runs, is parked or is held ready here.", null, ApiErrorCodes.RequestNotFound, 404))
        : new ApiException(ApiError.Invalid(
            reason == RefusalReason.Cancelled
                ? $"Request {Id} was cancelled."
                : $"This worker has seen this epoch of request {Id}, or a higher one.",
            null,
            ApiErrorCodes.StaleEpoch,
            409));
}
