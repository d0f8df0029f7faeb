using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>
/// The invariants. They look at what the client gets, what engines step and what workers hold, and trust no machine: deadlines are
/// reckoned from what arrived.
/// </summary>
internal sealed class Checks
{
    private static readonly long Silence = AckTimes.Timeout.Ticks;
    private static readonly long Parked = WorkerTimes.Default.Undelivered.Ticks;
    private static readonly long Ready = WorkerTimes.Default.Ready.Ticks;

    /// <summary>A request has its end within this time, whatever happens (freezes of the Gateway are added).</summary>
    private static readonly long MostTime = 150 * Span.Second;

    private readonly World _world;
    private readonly ClientView[] _clients;
    private readonly bool _isCalm;
    private readonly bool _hasOneFailure;
    private readonly bool _isConnected;
    private long _gatewayCrashedAt = long.MaxValue;

    public Checks(World world)
    {
        _world = world;
        Schedule schedule = world.Schedule;
        _clients = new ClientView[schedule.Requests];
        for (int request = 0; request < _clients.Length; request++)
        {
            _clients[request] = new ClientView(schedule.Answers[request].Choices);
        }

        _isCalm = schedule.IsCalm;
        int failures = 0;
        foreach (Fault fault in schedule.Faults)
        {
            failures += fault.IsFailure ? 1 : 0;
        }

        // The Gateway and the workers can always hear each other.
        _isConnected = !schedule.HasWildLinks && !schedule.Faults.Exists(fault => fault.Kind is FaultKind.Partition
            or FaultKind.FreezeWorker or FaultKind.FreezeGateway or FaultKind.CrashGateway);
        _hasOneFailure = failures == 1 && !schedule.HasWildLinks && !schedule.IsPoison;
    }

    /// <summary>Requests that had recoveries, moves that were committed and so on, to see that runs are not empty.</summary>
    public int Resumed { get; private set; }

    public int Kept { get; private set; }

    public int Replayed { get; private set; }

    public int Poisoned { get; private set; }

    public int Unserved { get; private set; }

    public void GatewayCrashed() => _gatewayCrashedAt = Math.Min(_gatewayCrashedAt, _world.Now);

    /// <summary>The Gateway calls a worker.</summary>
    public void Opened(int request, int node, int epoch, OwnerAction.Open open, OwnerMachine machine)
    {
        ClientView client = _clients[request];
        Must(epoch > client.HighestEpoch, "an epoch is used twice");
        Must(machine.Recoveries <= OwnerTimes.Default.MaxRecoveries, "it recovers too often");
        bool mustBeAlone = machine.Crashes == OwnerTimes.Default.MaxRecoveries && open.Kind is AttemptKind.Start or AttemptKind.Replay;
        Must(open.Alone == mustBeAlone || _world.Broken == BrokenRule.RecoversForEver, "alone after the second failure, and only then");
        Must(open.Kind != AttemptKind.Start || !client.HasTokens, "a begun answer is begun anew");
        client.Open(epoch, node, _world.Now);
        Resumed += open.Kind == AttemptKind.Resume ? 1 : 0;
        Kept += open.Kind == AttemptKind.Keep ? 1 : 0;
        Replayed += open.Kind == AttemptKind.Replay ? 1 : 0;
    }

    /// <summary>I1, I4: what the client gets.</summary>
    public void Accepted(SimCall call, Frame frame)
    {
        ClientView client = _clients[call.Request];
        Must(client.Ends == 0, "a frame after the end");
        Must(call.Epoch >= client.AcceptedEpoch, "a frame of an older epoch after one of a newer");
        client.AcceptedEpoch = call.Epoch;
        bool saysNothing = frame.Flags == FrameFlags.None && frame.TokenIds.Count == 0 && frame.Payload.IsEmpty;
        if (saysNothing || frame.Flags.HasFlag(FrameFlags.Prompt))
        {
            return;
        }

        Answer answer = _world.Schedule.Answers[call.Request];
        if (frame.Flags.HasFlag(FrameFlags.Last))
        {
            for (int choice = 0; choice < answer.Choices; choice++)
            {
                Must(client.Frames[choice] == answer.Frames[choice].Length, "the answer ends before it is whole");
            }

            client.IsWhole = true;
            return;
        }

        Must(client.Frames[frame.Choice] < answer.Frames[frame.Choice].Length, "a frame after a choice's end");
        Must(
            ReferenceEquals(answer.Frames[frame.Choice][client.Frames[frame.Choice]], frame),
            "a token is lost, doubled, out of order or another");
        client.Frames[frame.Choice]++;
        client.HasTokens |= frame.TokenIds.Count > 0;
    }

    /// <summary>I2, I14: one end, and the right one.</summary>
    public void Ended(int request, OwnerEnd how, OwnerMachine machine)
    {
        ClientView client = _clients[request];
        client.Ends++;
        client.EndedAt = _world.Now;
        Must(client.Ends == 1, "it ends twice");
        Must(how != OwnerEnd.Answered || client.IsWhole, "it is said to be answered and is not");
        Must(how != OwnerEnd.Poisoned || machine.Crashes > OwnerTimes.Default.MaxRecoveries, "it is condemned too early");
        Must(how != OwnerEnd.Refused, "nobody refused it");
        if (_isCalm || _hasOneFailure)
        {
            Must(how is OwnerEnd.Answered or OwnerEnd.ClientGone, "nothing, or one thing alone, failed, and the client has no answer");
        }

        Must(!_isCalm || machine.Recoveries == 0, "nothing failed, and the request was recovered");
        Poisoned += how == OwnerEnd.Poisoned ? 1 : 0;
        Unserved += how == OwnerEnd.NoInstance ? 1 : 0;
    }

    /// <summary>I4: who steps a request must have been given it, and not have lost it for long.</summary>
    public void Stepped(SimWorker worker, int request, SimEngineRun run)
    {
        ClientView client = _clients[request];
        Must(!run.IsFreed, "its blocks are free, and it runs");
        Must(client.NodeOf(run.Epoch) == worker.Node, "it runs where the Gateway did not give it");
        long lost = Math.Min(client.LostAt(run.Epoch), _gatewayCrashedAt);
        if (lost < _world.Now)
        {
            long since = Math.Max(Math.Max(lost, worker.FrozenUntil), run.Began);
            long limit = _isConnected ? _world.Schedule.LongestDelay : Silence + _world.Schedule.LongestDelay + _world.Schedule.Step;
            Must(_world.Now - since <= limit, "two workers run it for too long");
        }
    }

    /// <summary>I4: an epoch is begun once, and not where the Gateway has taken it back.</summary>
    public void Began(SimWorker worker, int request, int epoch)
    {
        List<(int Node, int Boot, int Epoch)> past = _clients[request].Void;
        foreach ((int node, int boot, int upTo) in past)
        {
            Must(node != worker.Node || boot != worker.Boot || epoch > upTo, "a late call runs again");
        }

        past.Add((worker.Node, worker.Boot, epoch));
    }

    /// <summary>A release or cancel has come to the worker.</summary>
    public void TakenBack(SimWorker worker, int request, int epoch) => _clients[request].Void.Add((worker.Node, worker.Boot, epoch));

    public void Adopted(int node, int request, SimReservation reservation) =>
        Must(reservation.IsComplete, $"worker {node} runs request {request} without all its blocks");

    public void Acknowledged(SimServed served, int epoch)
    {
        if (served.Run is { } run && run.Epoch == epoch)
        {
            run.Heard = _world.Now;
        }
    }

    /// <summary>I6, I7: nothing is held beyond its time.</summary>
    public void Deadlines()
    {
        for (int node = 1; node < World.Nodes; node++)
        {
            SimWorker worker = _world.Workers[node];
            for (int request = 0; request < _clients.Length; request++)
            {
                if (worker.ServedOf(request) is { } served)
                {
                    Deadlines(worker, request, served);
                }
            }
        }
    }

    /// <summary>When nothing is left to happen.</summary>
    public void End()
    {
        for (int request = 0; request < _clients.Length; request++)
        {
            ClientView client = _clients[request];
            Must(client.Ends == 1 || _gatewayCrashedAt < long.MaxValue, "it never ends");
            long most = MostTime + _world.Gateway.FrozenUntil + _world.Schedule.Starts[request];
            Must(client.Ends == 0 || client.EndedAt < most, "it ends late");
            for (int node = 1; node < World.Nodes; node++)
            {
                SimServed? served = _world.Workers[node].ServedOf(request);
                Must(served?.Run is null && served?.Reservation is null, "blocks are held for ever");
            }
        }
    }

    private void Deadlines(SimWorker worker, int request, SimServed served)
    {
        long now = _world.Now;
        if (served.Run is { } run)
        {
            Must(now <= Math.Max(run.Heard + Silence, worker.FrozenUntil), "a request outlives the Gateway's silence");
            Must(
                run.Offered == 0 || now <= Math.Max(run.Offered + Parked, worker.FrozenUntil), "a request is parked for ever");
            Must(
                !run.IsParked || run.Offered > 0 || now <= Math.Max(run.ParkedAt + Ready, worker.FrozenUntil),
                "a request stands still for a destination that does not answer");
        }

        if (served.Reservation is { } reservation)
        {
            Must(now <= Math.Max(reservation.Heard + Silence, worker.FrozenUntil), "a reservation outlives its deadline");
        }

        if (_isCalm && (served.Run is not null || served.Reservation is not null))
        {
            long limit = (6 * _world.Schedule.LongestDelay) + (200 * Span.Ms);
            Must(now - _clients[request].EndedAt <= limit, "it is over, and blocks are held");
        }
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ViolationException(otherwise);
        }
    }

    private sealed class ClientView(int choices)
    {
        private readonly List<(int Epoch, int Node, long At)> _epochs = new(8);

        public int HighestEpoch => _epochs.Count == 0 ? 0 : _epochs[^1].Epoch;

        public int AcceptedEpoch { get; set; }

        /// <summary>Epochs that must not begin (again) in a life of a worker, each up to a number.</summary>
        public List<(int Node, int Boot, int Epoch)> Void { get; } = new(8);

        public int[] Frames { get; } = new int[choices];

        public bool HasTokens { get; set; }

        public bool IsWhole { get; set; }

        public int Ends { get; set; }

        public long EndedAt { get; set; } = long.MaxValue;

        public void Open(int epoch, int node, long at) => _epochs.Add((epoch, node, at));

        public int NodeOf(int epoch)
        {
            foreach ((int each, int node, _) in _epochs)
            {
                if (each == epoch)
                {
                    return node;
                }
            }

            return -1;
        }

        /// <summary>When the epoch's worker was replaced, or the request ended.</summary>
        public long LostAt(int epoch)
        {
            foreach ((int each, _, long at) in _epochs)
            {
                if (each > epoch)
                {
                    return at;
                }
            }

            return EndedAt;
        }
    }
}
