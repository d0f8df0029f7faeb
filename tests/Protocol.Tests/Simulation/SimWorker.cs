using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A worker: its requests, a tiny engine that steps them, and its ends of the links, driven as the real driver has to.</summary>
internal sealed partial class SimWorker
{
    private const int MostChunk = 12;
    private static readonly Frame SignOfLife = new(FrameFlags.None, 0, 0, [], default);
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
            BrokenRule.RunsWithoutAcks => WorkerTimes.Default with { Acks = TimeSpan.FromHours(1) },
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

    private void Create(int request) => _served[request] ??= new SimServed(_world.Time, _times);

    private void OnCall(SimCall call)
    {
        Create(call.Request);
        call.Boot = call.Boot < 0 ? Boot : call.Boot;
        _served[call.Request]!.LastEpoch = call.Epoch;
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
        _world.Checks.TakenBack(this, post.Request, post.Epoch);
        Feed(post.Request, post.IsCancel ? new WorkerEvent.Cancel(post.Epoch) : new WorkerEvent.Release(post.Epoch));
        _world.Send(Node, new SimEvent { What = What.PostAnswered, Node = 0, Request = post.Request, Body = post });
    }

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

    private void Self(long delay, SimEvent entry)
    {
        entry.Node = Node;
        entry.Boot = Boot;
        _world.Later(delay, entry);
    }
}
