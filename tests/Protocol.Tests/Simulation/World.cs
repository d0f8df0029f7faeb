using System.Globalization;
using Godwit.Contracts.Frames;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>One run: nodes, the links between them, and what is still to happen. One thread, no real time.</summary>
internal sealed class World
{
    public const int Nodes = Schedule.Workers + 1;

    private const int MostEvents = 60_000;
    private const long RepostEvery = Span.Second / 2;
    private readonly Agenda _agenda = new();
    private readonly Dice _dice;
    private readonly long[,] _blockedUntil = new long[Nodes, Nodes];
    private readonly bool[,] _losesWhenBlocked = new bool[Nodes, Nodes];
    private readonly long[,] _lastArrival = new long[Nodes, Nodes];
    private readonly int[] _skips;

    public World(Schedule schedule, BrokenRule broken, List<string>? trace)
    {
        Schedule = schedule;
        Broken = broken;
        Trace = trace;
        _dice = new Dice(schedule.Seed ^ 0x5DEECE66D);
        _skips = [.. schedule.Faults.Select(fault => fault.Skip)];
        Checks = new Checks(this);
        Gateway = new SimGateway(this);
        Workers = new SimWorker[Nodes];
        for (int node = 1; node < Nodes; node++)
        {
            Workers[node] = new SimWorker(this, node);
        }
    }

    public Schedule Schedule { get; }

    public BrokenRule Broken { get; }

    public Checks Checks { get; }

    public SimGateway Gateway { get; }

    /// <summary>From 1 on.</summary>
    public SimWorker[] Workers { get; }

    public Dice Dice => _dice;

    public long Now { get; private set; }

    public TimeSpan Time => new(Now);

    public int Events { get; private set; }

    public List<string>? Trace { get; }

    public void Run()
    {
        for (int i = 0; i < Schedule.Faults.Count; i++)
        {
            if (Schedule.Faults[i].Trigger is null)
            {
                Later(Schedule.Faults[i].At, new SimEvent { What = What.Fault, Node = -1, A = i });
            }
        }

        Gateway.Begin();
        while (_agenda.Count > 0)
        {
            SimEvent next = _agenda.Take();
            Now = next.At;
            long frozenUntil = next.Node < 0 ? 0 : next.Node == 0 ? Gateway.FrozenUntil : Workers[next.Node].FrozenUntil;
            if (frozenUntil > Now)
            {
                Postpone(next, frozenUntil);
                continue;
            }

            if (++Events > MostEvents)
            {
                throw new ViolationException("the run does not end");
            }

            if (Trace is not null && next.What is not (What.Step or What.WorkerTick or What.OwnerTick or What.AckRound))
            {
                Note(next.ToString());
            }

            Dispatch(next);
            Checks.Deadlines();
        }

        Checks.End();
    }

    /// <summary>The same event, at another time; what waits for the same time keeps its order.</summary>
    public void Postpone(SimEvent entry, long until)
    {
        entry.At = until;
        _agenda.Put(entry);
    }

    public void Note(string text) =>
        Trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{Time.TotalMilliseconds,10:0.00} {text}"));

    /// <summary>Something that a node does to itself after a while.</summary>
    public void Later(long delay, SimEvent entry)
    {
        entry.At = Now + delay;
        _agenda.Add(entry);
    }

    /// <summary>A message over a link. With a call it stays in order with the call's other messages in this direction.</summary>
    public void Send(int from, SimEvent message, SimCall? call = null)
    {
        int to = message.Node;
        message.From = from;
        long delay = _dice.Ms(0, 1) + (_dice.Next(0, 9) == 0 ? Schedule.Delay : Schedule.Delay / 2);
        if (_blockedUntil[from, to] > Now)
        {
            // What is tried again with every try's own connection does not wait for a partition to heal.
            if (_losesWhenBlocked[from, to] || message.What is What.Ack or What.AckAnswered or What.Post or What.PostAnswered)
            {
                Note($"lost in a partition: {message}");
                if (call is not null)
                {
                    // A connection that has lost something brings nothing after it.
                    call.IsCut = true;
                }

                return;
            }

            delay += _blockedUntil[from, to] - Now;
        }

        bool straggles = false;
        if (call?.IsCut == true)
        {
            Note($"lost with its connection: {message}");
            return;
        }

        if (Schedule.HasWildLinks && IsBare(message))
        {
            // No index tells such frames apart: that a stream keeps its order is relied on. It may end anywhere.
            call!.IsCut = _dice.Next(0, 4) == 0 && _dice.Chance(Schedule.Loss);
        }
        else if (Schedule.HasWildLinks && (message.What != What.Frame || _dice.Next(0, 4) == 0))
        {
            if (_dice.Chance(Schedule.Loss))
            {
                Note($"lost: {message}");
                return;
            }

            if (_dice.Chance(Schedule.Doubling))
            {
                SimEvent twin = message;
                twin.At = Math.Max(call?.LastArrival ?? 0, Now + delay) + _dice.Ms(0, 1000);
                _agenda.Add(twin);
            }

            straggles = _dice.Chance(Schedule.Straggling);
        }

        if (straggles)
        {
            message.At = Math.Max(call?.LastArrival ?? 0, Now + delay) + _dice.Ms(10, 1900);
        }
        else if (call is not null)
        {
            message.At = call.LastArrival = Math.Max(call.LastArrival, Now + delay);
        }
        else
        {
            message.At = _lastArrival[from, to] = Math.Max(_lastArrival[from, to], Now + delay);
        }

        _agenda.Add(message);
    }

    /// <summary>A partition loses what is sent this way.</summary>
    public bool Loses(int from, int to) => _blockedUntil[from, to] > Now && _losesWhenBlocked[from, to];

    public void Repost(SimPost post) => Later(RepostEvery, new SimEvent { What = What.Repost, Node = 0, Body = post });

    /// <summary>A machine's action is carried out: faults that wait for it come.</summary>
    public void Acted(string action, int request, int node, int peer)
    {
        List<Fault> faults = Schedule.Faults;
        for (int i = 0; i < faults.Count; i++)
        {
            if (faults[i].Trigger is { } trigger && _skips[i] >= 0 && trigger == action && faults[i].Request == request && _skips[i]-- == 0)
            {
                int where = faults[i].Node == 0 || peer == 0 ? node : peer;
                Later(faults[i].At, new SimEvent { What = What.Fault, Node = -1, A = i, B = where });
            }
        }
    }

    private static bool IsBare(in SimEvent message) =>
        message.Body is Frame frame
        && (frame.Flags.HasFlag(FrameFlags.Prompt) || (frame.TokenIds.Count == 0 && !frame.Flags.HasFlag(FrameFlags.Last)));

    private void Dispatch(in SimEvent entry)
    {
        switch (entry.Node)
        {
            case 0:
                Gateway.Handle(entry);
                break;
            case > 0:
                Workers[entry.Node].Handle(entry);
                break;
            default:
                if (entry.What == What.Restart)
                {
                    Workers[entry.A].Restart();
                }
                else if (entry.What == What.Poison)
                {
                    Workers[entry.A].Crash();
                }
                else
                {
                    Strike(Schedule.Faults[entry.A], entry.B);
                }

                break;
        }
    }

    private void Strike(Fault fault, int triggered)
    {
        int node = triggered > 0 ? triggered : fault.Node is > 0 and < Nodes ? fault.Node : 1 + (fault.Request % Schedule.Workers);
        Note($"FAULT {fault.Kind} at {node}");
        switch (fault.Kind)
        {
            case FaultKind.Order:
                Order(fault.Request, node);
                break;
            case FaultKind.Preempt:
                Runner(fault.Request)?.Preempt(fault.Request, fault.Length);
                break;
            case FaultKind.Refuse:
                Workers[node].Refusals++;
                break;
            case FaultKind.SlowStep:
                Workers[node].SlowStep();
                break;
            case FaultKind.SlowClient:
                Gateway.OwnerOf(fault.Request).SlowUntil = Now + fault.Length;
                break;
            case FaultKind.ClientLeaves:
                Gateway.ClientLeaves(fault.Request);
                break;
            case FaultKind.CrashWorker:
                Workers[node].Crash();
                break;
            // Not longer when it is frozen already: what waits for its thaw keeps its order.
            case FaultKind.FreezeWorker when Workers[node].FrozenUntil <= Now:
                Workers[node].FrozenUntil = Now + fault.Length;
                break;
            case FaultKind.CrashGateway:
                Gateway.Crash();
                break;
            case FaultKind.FreezeGateway when Gateway.FrozenUntil <= Now:
                Gateway.FrozenUntil = Now + fault.Length;
                break;
            case FaultKind.Partition:
                Cut(node, fault);
                break;
            case FaultKind.BreakStream:
                Gateway.BreakStream(fault.Request);
                break;
            case FaultKind.EngineError:
                Runner(fault.Request)?.Fail(fault.Request);
                break;
        }
    }

    private void Cut(int node, Fault fault)
    {
        // Other: which peer (0 the Gateway, mostly), and which way.
        int other = fault.Other < 3 ? 0 : 1 + (node % Schedule.Workers);
        bool loses = _dice.Chance(60);
        int way = _dice.Next(0, 2);
        foreach ((int from, int to) in way == 0 ? [(node, other), (other, node)] : way == 1 ? [(node, other)] : new[] { (other, node) })
        {
            _blockedUntil[from, to] = Now + fault.Length;
            _losesWhenBlocked[from, to] = loses;
        }

        Note($"  {node} and {other}, way {way}, {(loses ? "lost" : "late")}, until {new TimeSpan(Now + fault.Length).TotalMilliseconds:0}");
    }

    private void Order(int request, int destination)
    {
        if (Runner(request) is { } source)
        {
            source.Order(request, destination == source.Node ? 1 + (destination % Schedule.Workers) : destination);
        }
    }

    private SimWorker? Runner(int request)
    {
        SimWorker? found = null;
        for (int node = 1; node < Nodes; node++)
        {
            if (Workers[node].EpochOf(request) > (found?.EpochOf(request) ?? 0))
            {
                found = Workers[node];
            }
        }

        return found is { IsAlive: true } && found.FrozenUntil <= Now ? found : null;
    }
}
