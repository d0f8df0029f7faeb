using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Worker.Migration.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A worker: its requests, a tiny engine that steps them, and its ends of the links, driven as the real driver has to.</summary>
internal sealed class SimWorker
{
    private const int MostChunk = 12;
    private readonly World _world;
    private readonly SimServed?[] _served;
    private readonly Queue<(int Request, WorkerEvent Happened)> _happened = new();
    private readonly List<WorkerAction> _actions = [];
    private readonly WorkerTimes _times;
    private bool _isHandling;
    private bool _isStepping;
    private long _moves;
    private long _diedAt;
    private long _slowUntil;

    /// <summary>Who sent what is being handled: a refusal goes back there.</summary>
    private (int Node, int Boot) _asker;

    public SimWorker(World world, int node)
    {
        _world = world;
        Node = node;
        _served = new SimServed?[world.Schedule.Requests];
        _times = world.Broken switch
        {
            BrokenRule.ReservesForEver => WorkerTimes.Default with { Reservation = TimeSpan.FromHours(1) },
            BrokenRule.RunsWithoutAcks => WorkerTimes.Default with { Acks = TimeSpan.FromHours(1), Parked = TimeSpan.FromHours(1) },
            _ => WorkerTimes.Default,
        };
        Peer = new MigrationPeer("w", "0", Address(node));
        Peer = Peer with { Id = Peer.Address };
    }

    public int Node { get; }

    public int Boot { get; private set; }

    public bool IsAlive { get; private set; } = true;

    public long FrozenUntil { get; set; }

    public MigrationPeer Peer { get; private set; }

    /// <summary>How many of the next PREPAREs are refused.</summary>
    public int Refusals { get; set; }

    /// <summary>The registry still shows it.</summary>
    public bool IsShown => IsAlive || _world.Now < _diedAt + (12 * Span.Second / 10);

    public SimServed? ServedOf(int request) => IsAlive ? _served[request] : null;

    public int EpochOf(int request) => ServedOf(request)?.Run?.Epoch ?? 0;

    public void Handle(in SimEvent entry)
    {
        if (!IsAlive || (entry.Boot >= 0 && entry.Boot != Boot))
        {
            if (entry.What == What.Call && !IsAlive)
            {
                Reply(What.CallFailed, entry.A, (int)AttemptFailure.NotConnected);
            }

            return;
        }

        SimServed? served = _served[entry.Request];
        _asker = (entry.From, entry.FromBoot);
        switch (entry.What)
        {
            case What.Call:
                OnCall(_world.Gateway.CallOf(entry.A));
                break;
            case What.StreamClosed when _world.Gateway.CallOf(entry.A).Boot == Boot:
                Feed(entry.Request, new WorkerEvent.StreamBroken(entry.A));
                break;
            case What.Ack:
                OnAck(entry, served);
                break;
            case What.Post:
                OnPost((SimPost)entry.Body!);
                break;
            case What.Prepare:
                Create(entry.Request);
                Feed(entry.Request, new WorkerEvent.Prepare(entry.Epoch, entry.Move));
                break;
            case What.Prepared:
                Feed(entry.Request, new WorkerEvent.Prepared(entry.Move));
                break;
            case What.Refused:
                Feed(entry.Request, new WorkerEvent.Refused(entry.Move));
                break;
            case What.Ready:
                Feed(entry.Request, new WorkerEvent.Ready(entry.Move));
                break;
            case What.Abort:
                Feed(entry.Request, new WorkerEvent.Abort(entry.Move));
                break;
            case What.PeerLost:
                Feed(entry.Request, new WorkerEvent.PeerLost(entry.Move));
                break;
            case What.Blocks:
                OnBlocks(entry, served?.Reservation);
                break;
            case What.State:
                OnState(entry, served?.Reservation);
                break;
            case What.Reserved when served?.Reservation?.Move == entry.Move:
                if (entry.Flag)
                {
                    Feed(entry.Request, new WorkerEvent.Reserved(entry.Move));
                }
                else
                {
                    served.Reservation = null;
                    Feed(entry.Request, new WorkerEvent.NotReserved(entry.Move));
                }

                break;
            case What.Progress when served is { Run: { IsOverReported: false } run, Move: { } move } && move.Move == entry.Move:
                Feed(entry.Request, new WorkerEvent.Progress(entry.Move, run.BlocksAt(_world.Schedule) - move.Sent, run.Waits == 0));
                break;
            case What.CopyAdvanced when served?.Move?.Move == entry.Move:
                SendBlocks(entry.Request, served.Move, entry.A, entry.B);
                Feed(entry.Request, new WorkerEvent.CopyAdvanced(entry.Move));
                break;
            case What.Copied when served?.Move?.Move == entry.Move:
                Feed(entry.Request, new WorkerEvent.Copied(entry.Move));
                break;
            case What.Step:
                Step();
                break;
            case What.WorkerTick when served is not null:
                served.TickAt = long.MaxValue;
                Feed(entry.Request, WorkerEvent.Tick.Instance);
                break;
            case What.SelfUnpark when served?.Run is { IsParked: true } run && run.Epoch == entry.Epoch:
                run.IsParked = false;
                KeepStepping();
                break;
        }
    }

    public void Order(int request, int destination)
    {
        if (_served[request] is not { Run: not null } served)
        {
            return;
        }

        long move = ((long)((Node * 100) + Boot) << 32) | (uint)++_moves;
        if (served.Move is null)
        {
            served.Move = new SimMove(move, destination, _world.Workers[destination].Boot);
        }

        Feed(request, new WorkerEvent.MoveOrdered(move));
    }

    public void Preempt(int request, long length)
    {
        if (_served[request] is { Run: { IsParked: false, IsOverReported: false, HasBegun: true } run })
        {
            run.Waits = 1 + (int)(length / Span.Second);
            Feed(request, new WorkerEvent.Preempted());
        }
    }

    public void Fail(int request)
    {
        if (_served[request] is { Run: { IsParked: false, IsOverReported: false } run })
        {
            run.HasFailed = true;
            run.Stop = 0;
            run.IsOverReported = true;
            Feed(request, new WorkerEvent.Finished());
            Frame(run, new Frame(FrameFlags.Error, 0, 0, [], default));
            run.Call.IsEnded = true;
            Feed(request, new WorkerEvent.Answered(run.Call.Id));
        }
    }

    public void SlowStep() => _slowUntil = _world.Now + (3 * Span.Second);

    /// <summary>The process dies and is started again. Mostly its connections are reset, now and then they only fall silent.</summary>
    public void Crash()
    {
        if (!IsAlive)
        {
            return;
        }

        bool isSilent = _world.Dice.Chance(20);
        for (int request = 0; request < _served.Length; request++)
        {
            if (_served[request] is { } served && !isSilent)
            {
                if (served.Run is { Call.IsEnded: false } run)
                {
                    Reply(What.CallFailed, run.Call.Id, (int)AttemptFailure.Broken);
                }

                LosePeers(request, served);
            }

            _served[request] = null;
        }

        IsAlive = false;
        _isStepping = false;
        _diedAt = _world.Now;
        _world.Later(_world.Dice.Ms(300, 3000), new SimEvent { What = What.Restart, Node = -1, A = Node });
    }

    public void Restart()
    {
        IsAlive = true;
        Boot++;
        FrozenUntil = 0;
        Peer = Peer with { BootId = ((char)('0' + Boot)).ToString() };
    }

    private static string Address(int node) => ((char)('0' + node)).ToString();

    private void LosePeers(int request, SimServed served)
    {
        if (served.Move is { } move)
        {
            ToPeer(What.PeerLost, request, move.Destination, move.Boot, move.Move);
        }

        if (served.Reservation is { } reservation)
        {
            ToPeer(What.PeerLost, request, reservation.Source, reservation.SourceBoot, reservation.Move);
        }
    }

    private void Create(int request) => _served[request] ??= new SimServed(_world.Time, _times);

    private void OnCall(SimCall call)
    {
        Create(call.Request);
        call.Boot = call.Boot < 0 ? Boot : call.Boot;
        Feed(call.Request, call.Kind switch
        {
            AttemptKind.Resume => new WorkerEvent.Resume(call.Epoch, call.Id),
            AttemptKind.Keep => new WorkerEvent.Keep(call.Epoch, call.Id),
            _ => new WorkerEvent.Start(call.Epoch, call.Id),
        });
    }

    private void OnAck(in SimEvent entry, SimServed? served)
    {
        if (served is not null)
        {
            _world.Checks.Acknowledged(served, entry.Epoch);
            Feed(entry.Request, new WorkerEvent.Ack(entry.Epoch));
            served = _served[entry.Request];
        }

        _world.Send(Node, new SimEvent
        {
            What = What.AckAnswered,
            Node = 0,
            Request = entry.Request,
            Epoch = entry.Epoch,
            Time = entry.Time,
            Body = entry.Body,
            Flag = served?.Machine.Knows(entry.Epoch, _world.Time) == true,
        });
    }

    private void OnPost(SimPost post)
    {
        Create(post.Request);
        Feed(post.Request, post.IsCancel ? new WorkerEvent.Cancel(post.Epoch) : new WorkerEvent.Release(post.Epoch));
        _world.Send(Node, new SimEvent { What = What.PostAnswered, Node = 0, Request = post.Request, Body = post });
    }

    private void OnBlocks(in SimEvent entry, SimReservation? reservation)
    {
        if (reservation?.Move == entry.Move)
        {
            reservation.Heard = _world.Now;
            reservation.Came(entry.A, entry.B);
            Feed(entry.Request, new WorkerEvent.BlocksCame(entry.Move));
            Complete(entry.Request, reservation);
        }
    }

    private void OnState(in SimEvent entry, SimReservation? reservation)
    {
        if (reservation?.Move != entry.Move)
        {
            if (_served[entry.Request] is not null)
            {
                Feed(entry.Request, new WorkerEvent.Completed(entry.Move));
            }

            return;
        }

        reservation.State = (int[])entry.Body!;
        reservation.StateBlocks = entry.A;
        reservation.Blocks = Math.Max(reservation.Blocks, entry.A);
        Complete(entry.Request, reservation);
    }

    private void Complete(int request, SimReservation reservation)
    {
        bool isReady = reservation.IsComplete || (_world.Broken == BrokenRule.ReadyWithoutBlocks && reservation.State is not null);
        if (isReady && _served[request]?.Reservation == reservation)
        {
            reservation.Heard = _world.Now;
            Feed(request, new WorkerEvent.Completed(reservation.Move));
        }
    }

    /// <summary>One event after the other: what an action sets off waits until the actions before it are done.</summary>
    private void Feed(int request, WorkerEvent happened)
    {
        _happened.Enqueue((request, happened));
        if (_isHandling)
        {
            return;
        }

        _isHandling = true;
        while (_happened.TryDequeue(out (int Request, WorkerEvent Happened) next))
        {
            if (_served[next.Request] is { } served)
            {
                served.Machine.Handle(next.Happened, _world.Time, _actions);
                foreach (WorkerAction action in _actions)
                {
                    if (_world.Trace is not null)
                    {
                        _world.Note($"    worker {Node}.{Boot} r{next.Request}: {action}");
                    }

                    Execute(next.Request, served, action);
                }

                _actions.Clear();
                SetTimer(next.Request, served);
            }
        }

        _isHandling = false;
    }

    private void SetTimer(int request, SimServed served)
    {
        if (served.Machine.Running is null && served.Machine.Held is null)
        {
            if (_world.Broken == BrokenRule.ForgetsAtOnce || served.Machine.IsForgotten(_world.Time))
            {
                _served[request] = null;
            }

            return;
        }

        long deadline = served.Machine.NextDeadline.Ticks;
        if (deadline < served.TickAt)
        {
            served.TickAt = deadline;
            _world.Later(deadline - _world.Now, new SimEvent { What = What.WorkerTick, Node = Node, Boot = Boot, Request = request });
        }
    }

    private void Execute(int request, SimServed served, WorkerAction action)
    {
        int peer = served.Move?.Destination ?? served.Reservation?.Source ?? Node;
        switch (action)
        {
            case WorkerAction.Run run:
                _world.Acted("Run", request, Node, peer);
                Begin(request, served, _world.Gateway.CallOf(run.Stream));
                break;
            case WorkerAction.Adopt adopt:
                _world.Acted("Adopt", request, Node, peer);
                Adopt(request, served, adopt.Epoch, _world.Gateway.CallOf(adopt.Stream));
                break;
            case WorkerAction.Attach attach:
                _world.Acted("Attach", request, Node, peer);
                if (served.Run!.Epoch != served.Machine.Running!.Epoch)
                {
                    served.Move = null;
                }

                Attach(served.Run, _world.Gateway.CallOf(attach.Stream), served.Machine.Running!.Epoch);
                Flush(request, served.Run!);
                break;
            case WorkerAction.Refuse refuse:
                Reply(What.CallFailed, (int)refuse.Stream, (int)AttemptFailure.Declined);
                break;
            case WorkerAction.Drop:
                _world.Acted("Drop", request, Node, peer);
                if (served.Run is { Call.IsEnded: false } dropped)
                {
                    dropped.Call.IsEnded = true;
                    Reply(What.CallFailed, dropped.Call.Id, (int)AttemptFailure.Broken);
                }

                served.Run = null;
                served.Move = null;
                break;
            case WorkerAction.SendPrepare:
                _world.Acted("SendPrepare", request, Node, peer);
                ToDestination(What.Prepare, request, served);
                break;
            case WorkerAction.AskProgress ask:
                _world.Acted("AskProgress", request, Node, peer);
                Self(_world.Dice.Ms(0, 20), new SimEvent { What = What.Progress, Request = request, Move = ask.Move });
                break;
            case WorkerAction.Copy:
                _world.Acted("Copy", request, Node, peer);
                Copy(request, served);
                break;
            case WorkerAction.Stop stop:
                _world.Acted("Stop", request, Node, peer);
                served.Run!.Stop = stop.Move;
                KeepStepping();
                break;
            case WorkerAction.SendLast:
                _world.Acted("SendLast", request, Node, peer);
                SendLast(request, served);
                break;
            case WorkerAction.Offer offer:
                _world.Acted("Offer", request, Node, peer);
                Offer(request, served, offer);
                break;
            case WorkerAction.SendAbort:
                _world.Acted("SendAbort", request, Node, peer);
                ToDestination(What.Abort, request, served);
                break;
            case WorkerAction.Unpark:
                _world.Acted("Unpark", request, Node, peer);
                served.Run!.IsParked = false;
                KeepStepping();
                break;
            case WorkerAction.MoveOver over when served.Move?.Move == over.Move && over.Outcome != MoveOutcome.Offered:
                served.Move = null;
                break;
            case WorkerAction.Reserve reserve:
                Reserve(request, served, reserve.Move);
                break;
            case WorkerAction.SendPrepared prepared:
                _world.Acted("SendPrepared", request, Node, peer);
                ToPeer(What.Prepared, request, served.Reservation!.Source, served.Reservation.SourceBoot, prepared.Move);
                break;
            case WorkerAction.SendRefused refused:
                ToPeer(What.Refused, request, _asker.Node, _asker.Boot, refused.Move);
                break;
            case WorkerAction.SendReady ready:
                _world.Acted("SendReady", request, Node, peer);
                ToPeer(What.Ready, request, served.Reservation!.Source, served.Reservation.SourceBoot, ready.Move);
                StartUnasked(served);
                break;
            case WorkerAction.Free free when served.Reservation?.Move == free.Move:
                _world.Acted("Free", request, Node, peer);
                served.Reservation = null;
                break;
        }
    }

    private void Reserve(int request, SimServed served, long move)
    {
        DestinationMachine held = served.Machine.Held!;
        served.Reservation = new SimReservation(move, held.Epoch, _asker.Node, _asker.Boot, 8, _world.Now);
        bool isGranted = Refusals == 0 && !_world.Dice.Chance(3);
        Refusals = Math.Max(0, Refusals - 1);
        Self(_world.Dice.Ms(0, 30), new SimEvent
        {
            What = What.Reserved, Request = request, Move = move, Flag = isGranted, From = _asker.Node, FromBoot = _asker.Boot,
        });
    }

    /// <summary>What a destination must not do: see <see cref="BrokenRule.StartsAtReady"/>.</summary>
    private void StartUnasked(SimServed served)
    {
        if (_world.Broken == BrokenRule.StartsAtReady)
        {
            SimReservation reservation = served.Reservation!;
            SimCall nobody = new(-1, 0, 0, AttemptKind.Resume, Node, reservation.Epoch + 1, reservation.State!, []) { IsEnded = true };
            served.Run = new SimEngineRun(_world.Schedule.Answers[Request(served)], reservation.Epoch + 1, nobody, _world.Now) { HasBegun = true };
            reservation.State!.CopyTo(served.Run.Have, 0);
            KeepStepping();
        }
    }

    private int Request(SimServed served) => Array.IndexOf(_served, served);

    private void Begin(int request, SimServed served, SimCall call)
    {
        served.Run = new SimEngineRun(_world.Schedule.Answers[request], call.Epoch, call, _world.Now) { Waits = _world.Dice.Next(1, 4) };
        call.Outputs.CopyTo(served.Run.Have, 0);
        served.Run.SendFrom(call.From);
        KeepStepping();
    }

    private void Adopt(int request, SimServed served, int epoch, SimCall call)
    {
        SimReservation reservation = served.Reservation!;
        _world.Checks.Adopted(Node, request, reservation);
        served.Reservation = null;
        served.Run = new SimEngineRun(_world.Schedule.Answers[request], epoch, call, _world.Now) { HasBegun = true };
        reservation.State!.CopyTo(served.Run.Have, 0);
        served.Run.SendFrom(call.From);
        Reply(What.Headers, call.Id, 0);
        KeepStepping();
        Flush(request, served.Run);
    }

    private void Attach(SimEngineRun run, SimCall call, int epoch)
    {
        if (!run.Call.IsEnded && run.Call != call)
        {
            run.Call.IsEnded = true;
            Reply(What.CallFailed, run.Call.Id, (int)AttemptFailure.Broken);
        }

        if (epoch != run.Epoch)
        {
            run.Epoch = epoch;
            run.Began = _world.Now;
            run.Heard = _world.Now;
            run.Offered = 0;
        }

        run.Call = call;
        run.SendFrom(call.From);
        Reply(What.Headers, call.Id, 0);
    }

    private void Copy(int request, SimServed served)
    {
        int first = served.Move!.Sent;
        int end = served.Run!.BlocksAt(_world.Schedule) - 1;
        long at = 0;
        while (first < end)
        {
            int count = Math.Min(MostChunk, end - first);
            at += _world.Dice.Ms(1, 30);
            Self(at, new SimEvent { What = What.CopyAdvanced, Request = request, Move = served.Move.Move, A = first, B = count });
            first += count;
        }

        served.Move.Sent = end;
        Self(at, new SimEvent { What = What.Copied, Request = request, Move = served.Move.Move });
    }

    private void SendLast(int request, SimServed served)
    {
        int end = served.Run!.BlocksAt(_world.Schedule);
        SendBlocks(request, served.Move!, served.Move!.Sent, end - served.Move.Sent);
        ToPeer(
            What.State, request, served.Move.Destination, served.Move.Boot, served.Move.Move, end, body: (int[])served.Run.Have.Clone());
    }

    private void SendBlocks(int request, SimMove move, int first, int count) =>
        ToPeer(What.Blocks, request, move.Destination, move.Boot, move.Move, first, count);

    private void Offer(int request, SimServed served, WorkerAction.Offer offer)
    {
        SimEngineRun run = served.Run!;
        Flush(request, run);
        SimWorker destination = _world.Workers[served.Move!.Destination];
        MigrationPeer peer = destination.Peer with { BootId = ((char)('0' + served.Move.Boot)).ToString() };
        MovedNotice notice = new(peer, offer.Epoch, (int[])run.Have.Clone(), "o", "balance", 0, 0);
        Reply(What.Moved, run.Call.Id, 0, notice);
        run.Call.IsEnded = true;
        run.Offered = run.Offered == 0 ? _world.Now : run.Offered;
        run.IsFreed |= _world.Broken == BrokenRule.FreesBeforeRelease;
        if (_world.Broken == BrokenRule.SourceHelpsItself)
        {
            Self(Span.Second, new SimEvent { What = What.SelfUnpark, Request = request, Epoch = run.Epoch });
        }
    }

    private void KeepStepping()
    {
        if (_isStepping)
        {
            return;
        }

        foreach (SimServed? served in _served)
        {
            if (served?.Run is { IsParked: false, IsOverReported: false } || served?.Run?.Stop > 0)
            {
                _isStepping = true;
                Self(_world.Schedule.Step, new SimEvent { What = What.Step });
                return;
            }
        }
    }

    private void Step()
    {
        if (_world.Now < _slowUntil)
        {
            Self(_slowUntil - _world.Now, new SimEvent { What = What.Step });
            return;
        }

        _isStepping = false;
        for (int request = 0; request < _served.Length; request++)
        {
            if (_served[request] is { Run: { } run } served)
            {
                if (run.Stop != 0)
                {
                    Park(request, run);
                }

                if (served.Run == run && !run.IsParked && !run.IsOverReported)
                {
                    Step(request, run);
                }
            }
        }

        KeepStepping();
    }

    private void Park(int request, SimEngineRun run)
    {
        long move = run.Stop;
        run.Stop = 0;
        if (run.Waits > 0)
        {
            Feed(request, new WorkerEvent.NotStopped(move));
            return;
        }

        run.IsParked = true;
        run.ParkedAt = _world.Now;
        Feed(request, new WorkerEvent.Stopped(move));
    }

    private void Step(int request, SimEngineRun run)
    {
        _world.Checks.Stepped(this, request, run);
        if (run.Waits > 0 && --run.Waits > 0)
        {
            return;
        }

        if (!run.HasBegun)
        {
            run.HasBegun = true;
            Reply(What.Headers, run.Call.Id, 0);
            foreach (Frame prompt in _world.Schedule.Answers[request].Prompts)
            {
                Frame(run, prompt);
            }
        }

        Answer answer = _world.Schedule.Answers[request];
        for (int choice = 0; choice < answer.Choices; choice++)
        {
            run.Have[choice] = Math.Min(run.Have[choice] + 1, answer.Lengths[choice]);
        }

        bool isFinished = run.IsFinished;
        if (isFinished)
        {
            run.IsOverReported = true;
            run.Stop = 0;
            Feed(request, new WorkerEvent.Finished());
        }

        Flush(request, run);
    }

    /// <summary>Sends the frames that are closed, and the last one when all are.</summary>
    private void Flush(int request, SimEngineRun run)
    {
        if (run.Call.IsEnded || !run.HasBegun || run.HasFailed)
        {
            return;
        }

        Answer answer = _world.Schedule.Answers[request];
        for (int choice = 0; choice < answer.Choices; choice++)
        {
            Frame[] frames = answer.Frames[choice];
            while (run.Sent[choice] < frames.Length
                && frames[run.Sent[choice]].FirstIndex + frames[run.Sent[choice]].TokenIds.Count <= run.Have[choice])
            {
                Frame(run, frames[run.Sent[choice]++]);
            }
        }

        if (run.IsFinished)
        {
            Frame(run, answer.Last);
            run.Call.IsEnded = true;
            Feed(request, new WorkerEvent.Answered(run.Call.Id));
        }
    }

    private void Frame(SimEngineRun run, Frame frame) => Reply(What.Frame, run.Call.Id, 0, frame);

    /// <summary>Something on the connection of a call.</summary>
    private void Reply(What what, int call, int b, object? body = null)
    {
        SimCall to = _world.Gateway.CallOf(call);
        if (to.Boot >= 0 && to.Boot != Boot)
        {
            // The call was doubled, and its twin came to the next process: nobody reads what that one answers.
            return;
        }

        _world.Send(Node, new SimEvent { What = what, Node = 0, Request = to.Request, A = call, B = b, Body = body }, to);
    }

    private void ToDestination(What what, int request, SimServed served)
    {
        if (served.Move is { } move)
        {
            ToPeer(what, request, move.Destination, move.Boot, move.Move, epoch: served.Run?.Epoch ?? 0);
        }
    }

    private void ToPeer(What what, int request, int node, int boot, long move, int a = 0, int b = 0, int epoch = 0, object? body = null) =>
        _world.Send(Node, new SimEvent
        {
            What = what, Node = node, Boot = boot, Request = request, FromBoot = Boot, Epoch = epoch, Move = move, A = a, B = b, Body = body,
        });

    private void Self(long delay, SimEvent entry)
    {
        entry.Node = Node;
        entry.Boot = Boot;
        _world.Later(delay, entry);
    }
}
