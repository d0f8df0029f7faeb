using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>The Gateway: owners of all requests, driven as the real driver has to.</summary>
internal sealed class SimGateway
{
    private static readonly long PostFor = AckTimes.Timeout.Ticks;
    private static readonly long ConnectTimeout = Span.Second;

    private readonly World _world;
    private readonly SimOwner[] _owners;
    private readonly List<SimCall> _calls = [];
    private readonly List<(MigrationPeer Instance, int Epoch)> _holders = [];
    private readonly List<OwnerAction> _actions = [];
    private bool _isAcking;

    public SimGateway(World world)
    {
        _world = world;
        _owners = new SimOwner[world.Schedule.Requests];
        OwnerTimes times = world.Broken == BrokenRule.RecoversForEver
            ? OwnerTimes.Default with { MaxRecoveries = 1000 }
            : OwnerTimes.Default;
        for (int request = 0; request < _owners.Length; request++)
        {
            _owners[request] = new SimOwner(times);
        }
    }

    public bool IsAlive { get; private set; } = true;

    public long FrozenUntil { get; set; }

    public SimCall CallOf(long stream) => _calls[(int)stream];

    public SimOwner OwnerOf(int request) => _owners[request];

    public void Begin()
    {
        for (int request = 0; request < _owners.Length; request++)
        {
            // The client's arrival is a choice that has been answered.
            _world.Later(_world.Schedule.Starts[request], new SimEvent { What = What.Chosen, Node = 0, Request = request, Flag = true });
        }
    }

    public void Handle(in SimEvent entry)
    {
        if (!IsAlive)
        {
            return;
        }

        SimOwner owner = _owners[entry.Request];
        if (owner.BlockedUntil > _world.Now && entry.What is (What.Headers or What.Frame or What.Moved or What.CallFailed))
        {
            _world.Postpone(entry, owner.BlockedUntil);
            return;
        }

        switch (entry.What)
        {
            case What.Chosen when entry.Flag:
                owner.Machine.Begin(_actions);
                Execute(entry.Request);
                KeepAcking();
                break;
            case What.Chosen:
                Feed(entry.Request, entry.Body is MigrationPeer chosen ? new OwnerEvent.Chosen(chosen) : new OwnerEvent.NoneLeft());
                break;
            case What.Headers when IsRead(entry.A):
                Feed(entry.Request, new OwnerEvent.Headers(_calls[entry.A].Attempt));
                break;
            case What.Frame when IsRead(entry.A):
                Judge(_calls[entry.A], (Frame)entry.Body!);
                break;
            case What.Moved when IsRead(entry.A):
                _calls[entry.A].IsClosed = true;
                Feed(entry.Request, new OwnerEvent.Moved(_calls[entry.A].Attempt, (MovedNotice)entry.Body!));
                break;
            case What.CallFailed when !_calls[entry.A].IsClosed:
                Feed(entry.Request, new OwnerEvent.Failed(_calls[entry.A].Attempt, (AttemptFailure)entry.B));
                break;
            case What.AckAnswered:
                Feed(
                    entry.Request,
                    new OwnerEvent.AckAnswered((MigrationPeer)entry.Body!, entry.Epoch, new TimeSpan(entry.Time), entry.Flag));
                break;
            case What.PostAnswered:
                ((SimPost)entry.Body!).IsAnswered = true;
                break;
            case What.Repost:
                Post((SimPost)entry.Body!);
                break;
            case What.AckRound:
                Acknowledge();
                break;
            case What.OwnerTick:
                owner.TickAt = long.MaxValue;
                Feed(entry.Request, OwnerEvent.Tick.Instance);
                break;
        }
    }

    public void ClientLeaves(int request)
    {
        if (IsAlive && _owners[request].Machine.Ended is null && _world.Now > _world.Schedule.Starts[request])
        {
            Feed(request, new OwnerEvent.ClientGone());
        }
    }

    /// <summary>The process dies. Mostly the workers' connections are reset, now and then they only fall silent.</summary>
    public void Crash()
    {
        if (!IsAlive)
        {
            return;
        }

        IsAlive = false;
        _world.Checks.GatewayCrashed();
        foreach (SimCall call in _calls)
        {
            if (!call.IsClosed && _world.Dice.Chance(80))
            {
                CloseAtWorker(call);
            }
        }
    }

    /// <summary>The connection that is read breaks; mostly both sides notice.</summary>
    public void BreakStream(int request)
    {
        foreach (SimCall call in _calls)
        {
            if (call.Request == request && !call.IsClosed && call.Boot >= 0 && IsAlive)
            {
                if (_world.Dice.Chance(80))
                {
                    CloseAtWorker(call);
                }

                if (_world.Dice.Chance(80))
                {
                    _world.Send(
                        call.Node,
                        new SimEvent { What = What.CallFailed, Node = 0, Request = request, A = call.Id, B = (int)AttemptFailure.Broken },
                        call);
                }
            }
        }
    }

    private void CloseAtWorker(SimCall call) =>
        _world.Send(0, new SimEvent { What = What.StreamClosed, Node = call.Node, Boot = -1, Request = call.Request, A = call.Id });

    private bool IsRead(int call) => !_calls[call].IsClosed || _world.Broken == BrokenRule.AcceptsOldEpochs;

    private void Feed(int request, OwnerEvent happened)
    {
        _owners[request].Machine.Handle(happened, _world.Time, _actions);
        Execute(request);
    }

    private void Judge(SimCall call, Frame frame)
    {
        OwnerMachine machine = _owners[call.Request].Machine;
        int attempt = _world.Broken == BrokenRule.AcceptsOldEpochs ? machine.Attempt : call.Attempt;
        FrameVerdict verdict = machine.Judge(attempt, frame, _world.Time, _actions);
        if (verdict == FrameVerdict.Accept)
        {
            _world.Checks.Accepted(call, frame);
            SimOwner owner = _owners[call.Request];
            if (owner.SlowUntil > _world.Now && !frame.Payload.IsEmpty)
            {
                owner.BlockedUntil = owner.SlowUntil;
            }
        }

        Execute(call.Request);
    }

    private void Execute(int request)
    {
        // No action makes another event at once: answers come with time.
        for (int i = 0; i < _actions.Count; i++)
        {
            Execute(request, _actions[i]);
        }

        _actions.Clear();
        SimOwner owner = _owners[request];
        long deadline = owner.Machine.NextDeadline.Ticks;
        if (deadline < owner.TickAt)
        {
            owner.TickAt = deadline;
            _world.Later(deadline - _world.Now, new SimEvent { What = What.OwnerTick, Node = 0, Request = request });
        }
    }

    private void Execute(int request, OwnerAction action)
    {
        if (_world.Trace is not null)
        {
            _world.Note($"    gateway r{request}: {action}");
        }

        SimOwner owner = _owners[request];
        switch (action)
        {
            case OwnerAction.Choose choose:
                _world.Acted("Choose", request, 0, 0);
                _world.Later(
                    _world.Dice.Ms(0, 5), new SimEvent { What = What.Chosen, Node = 0, Request = request, Body = Choose(choose.Except) });
                break;
            case OwnerAction.Open open:
                Open(request, owner, open);
                break;
            case OwnerAction.Close close:
                Close(request, close.Attempt);
                break;
            case OwnerAction.Release release when _world.Broken != BrokenRule.GivesUpSilently:
                int to = Node(release.Instance);
                _world.Acted("Release", request, to, 0);
                Post(new SimPost(isCancel: false, request, to, release.Epoch, _world.Now + PostFor));
                break;
            case OwnerAction.Cancel cancel when _world.Broken != BrokenRule.CancelsNobody:
                Post(new SimPost(isCancel: true, request, Node(cancel.Instance), cancel.Epoch, _world.Now + PostFor));
                break;
            case OwnerAction.End end:
                _world.Checks.Ended(request, end.How, owner.Machine);
                break;
        }
    }

    private void Open(int request, SimOwner owner, OwnerAction.Open open)
    {
        Answer answer = _world.Schedule.Answers[request];
        int[] from = new int[answer.Choices];
        for (int choice = 0; choice < from.Length; choice++)
        {
            from[choice] = owner.Machine.Log.NextOf(choice);
        }

        int node = Node(open.Instance);
        int epoch = open.Kind == AttemptKind.Keep && _world.Broken == BrokenRule.KeepsWithoutRaising ? open.Epoch - 1 : open.Epoch;
        SimCall call = new(_calls.Count, request, open.Attempt, open.Kind, node, epoch, from, open.Kind == AttemptKind.Replay ? from : []);
        _calls.Add(call);
        _world.Checks.Opened(request, node, epoch, open, owner.Machine);
        _world.Acted(open.Kind.ToString(), request, node, node);
        if ((_world.Loses(0, node) || _world.Loses(node, 0)) && _world.Dice.Chance(70))
        {
            _world.Later(
                ConnectTimeout,
                new SimEvent { What = What.CallFailed, Node = 0, Request = request, A = call.Id, B = (int)AttemptFailure.NotConnected });
            return;
        }

        _world.Send(0, new SimEvent { What = What.Call, Node = node, Boot = -1, Request = request, A = call.Id });
    }

    private void Close(int request, int attempt)
    {
        if (_world.Broken == BrokenRule.GivesUpSilently)
        {
            return;
        }

        for (int i = _calls.Count - 1; i >= 0; i--)
        {
            SimCall call = _calls[i];
            if (call.Request == request && call.Attempt == attempt)
            {
                call.IsClosed = true;
                CloseAtWorker(call);
                return;
            }
        }
    }

    private void Post(SimPost post)
    {
        if (!post.IsAnswered && _world.Now < post.GiveUpAt)
        {
            _world.Send(0, new SimEvent { What = What.Post, Node = post.Node, Boot = -1, Request = post.Request, Body = post });
            _world.Repost(post);
        }
    }

    /// <summary>One that the registry shows: it lives, or has died just now.</summary>
    private MigrationPeer? Choose(IReadOnlyCollection<MigrationPeer> except)
    {
        int start = _world.Dice.Next(1, Schedule.Workers);
        for (int i = 0; i < Schedule.Workers; i++)
        {
            SimWorker worker = _world.Workers[1 + ((start + i) % Schedule.Workers)];
            if (worker.IsShown && !except.Contains(worker.Peer))
            {
                return worker.Peer;
            }
        }

        return null;
    }

    private void Acknowledge()
    {
        _isAcking = false;
        for (int request = 0; request < _owners.Length; request++)
        {
            _holders.Clear();
            _owners[request].Machine.AddHolders(_holders);
            foreach ((MigrationPeer instance, int epoch) in _holders)
            {
                _world.Send(
                    0,
                    new SimEvent
                    {
                        What = What.Ack,
                        Node = Node(instance),
                        Boot = -1,
                        Request = request,
                        Epoch = epoch,
                        Time = _world.Now,
                        Body = instance,
                    });
            }
        }

        KeepAcking();
    }

    private void KeepAcking()
    {
        foreach (SimOwner owner in _owners)
        {
            if (!_isAcking && owner.Machine.Ended is null && IsAlive)
            {
                _isAcking = true;
                _world.Later(AckTimes.Every.Ticks, new SimEvent { What = What.AckRound, Node = 0 });
            }
        }
    }

    private static int Node(MigrationPeer peer) => peer.Address[0] - '0';
}
