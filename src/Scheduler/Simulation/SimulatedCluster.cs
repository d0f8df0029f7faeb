using Godwit.Contracts.Instances;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;
using Godwit.Worker.Migration;

namespace Godwit.Scheduler.Simulation;

/// <summary>One run: requests arrive, instances step, the Scheduler decides, until every request has its last token.</summary>
internal sealed class SimulatedCluster
{
    private const double MemoryRoundMs = 1000;

    private readonly SimulationSettings _settings;
    private readonly IReadOnlyList<SimulatedRequest> _requests;
    private readonly SimulatedScheduler _scheduler;
    private readonly EventQueue _events = new();
    private readonly List<SimulatedInstance> _instances = [];
    private readonly List<SimulatedRequest> _finished = [];
    private readonly SimulationTotals _totals = new();
    private int _started;
    private int _starting;
    private int _left;

    private SimulatedCluster(SimulationSettings settings, IReadOnlyList<SimulatedRequest> requests, Action<Decision>? log)
    {
        _settings = settings;
        _requests = requests;
        _scheduler = new SimulatedScheduler(settings, log);
        _left = requests.Count;
    }

    /// <summary>Runs it.</summary>
    /// <param name="settings">What to simulate.</param>
    /// <param name="requests">The requests, by arrival; they are used up.</param>
    /// <param name="log">Takes the decisions.</param>
    public static SimulationTotals Run(SimulationSettings settings, IReadOnlyList<SimulatedRequest> requests, Action<Decision>? log = null)
    {
        SimulatedCluster cluster = new(settings, requests, log);
        cluster.Run();
        return cluster._totals;
    }

    private void Run()
    {
        int first = _settings.Scaling is null ? _settings.Instances : Math.Max(_settings.Scaling.Least, (_settings.Instances + 1) / 2);
        for (int i = 0; i < first; i++)
        {
            Add();
        }

        Arrive(0);
        // Only Llumnix moves requests; with the others a drained instance ends what it has.
        if (_scheduler.Migrates)
        {
            _events.After(_settings.RoundMs, PairRound);
        }

        if (_settings.Scaling is not null)
        {
            _events.After(_settings.ScalingRoundMs, ScalingRound);
        }

        _events.After(MemoryRoundMs, MemoryRound);
        while (_left > 0 && _events.Next())
        {
            // The events do it all.
        }

        foreach (SimulatedInstance instance in _instances)
        {
            Stop(instance);
        }

        _totals.DurationMs = _events.Now - (_requests.Count == 0 ? 0 : _requests[0].ArrivalMs);
        _totals.DecisionMicroseconds = _scheduler.DecisionMicroseconds;
    }

    private void Arrive(int index)
    {
        if (index < _requests.Count)
        {
            _events.At(_requests[index].ArrivalMs, () =>
            {
                SimulatedRequest request = _requests[index];
                request.Class = request.IsHigh && _settings.Priorities ? -1 : 0;
                SimulatedInstance instance = _instances[_scheduler.Dispatch(request, _instances, _events.Now)];
                instance.Engine.Enqueue(request);
                Kick(instance);
                Arrive(index + 1);
            });
        }
    }

    private void Kick(SimulatedInstance instance)
    {
        if (instance.Engine.Stepping)
        {
            return;
        }

        double milliseconds = instance.Engine.Begin(_events.Now);
        if (milliseconds > 0)
        {
            _events.After(milliseconds * (instance.Moves > 0 ? 1 + _settings.SlowDown : 1), () => EndStep(instance));
        }
        else if (instance is { State: InstanceState.Draining, Moves: 0 } && instance.Engine.IsEmpty && _instances.Remove(instance))
        {
            Stop(instance);
        }
    }

    private void EndStep(SimulatedInstance instance)
    {
        _totals.Steps++;
        instance.Engine.End(_events.Now, _finished);
        _left -= _finished.Count;
        _finished.Clear();
        instance.Stopping?.AtBoundary();
        Kick(instance);
    }

    private void PairRound()
    {
        foreach (MigrationPair pair in _scheduler.Pair(_instances, _events.Now))
        {
            SimulatedInstance source = _instances.Find(instance => instance.Id == pair.Source)!;
            SimulatedInstance destination = _instances.Find(instance => instance.Id == pair.Destination)!;

            // The figures may be a heartbeat old; both ends know better.
            if (source.Moves == 0 && destination.Moves == 0)
            {
                Move(source, destination, pair, pair.Count, pair.MaxBlocks);
            }
        }

        _events.After(_settings.RoundMs, PairRound);
    }

    private void Move(SimulatedInstance source, SimulatedInstance destination, MigrationPair pair, int count, int blocks)
    {
        SimulatedEngine engine = source.Engine;
        MoverCandidate[] candidates = [.. engine.Running.Select(request => new MoverCandidate(
            request.Blocks,
            request.Known,
            request.Generated,
            _settings.Engine.ContextLength - request.Known,
            request.Class < 0,
            request.Decodes))];
        MoverSituation situation = new(
            pair.Reason == MigrationPolicy.Drain,
            blocks,
            engine.Free - _settings.Engine.WatermarkBlocks,
            engine.Waiting.Count == 0 ? 0 : _settings.Engine.BlocksFor(engine.Waiting[0].Known),
            engine.PreemptedWaiting > 0,
            engine.Running.Count,
            engine.HighRunning > 0,
            _settings.Engine.BlockSizeTokens,
            engine.StepMs,
            _settings.BytesPerSecond / 1000 / _settings.Engine.BlockBytes,
            _settings.Engine.PrefillTokenMs,
            _settings.Migration.OutBelow);
        MoverDecision decision = MoverPolicy.Choose(situation, candidates);
        if (!decision.Moves)
        {
            _totals.Refusals[(int)decision.Reason]++;
            return;
        }

        new SimulatedMove(_settings, _events, source, destination, engine.Running[decision.Index], Kick, Ended).Begin();

        void Ended(SimulatedMove move, MoveEnd how)
        {
            _totals.MoveEnds[(int)how]++;
            if (how == MoveEnd.Moved)
            {
                _totals.BlocksMoved += move.Copied;
                _totals.DowntimesMs.Add(move.DowntimeMs);
            }

            // Only the next of an order, not another after a refusal: the destination has said how things stand.
            if (count > 1 && how is MoveEnd.Moved or MoveEnd.Gone && destination.State == InstanceState.Ready)
            {
                Move(source, destination, pair, count - 1, blocks - (how == MoveEnd.Moved ? move.Copied : 0));
            }
        }
    }

    private void ScalingRound()
    {
        ScalingPlan plan = _scheduler.Scale(_instances, _starting, _events.Now);
        foreach (string id in plan.Undrain)
        {
            Set(id, InstanceState.Ready);
        }

        if (plan.Drain is not null)
        {
            Set(plan.Drain, InstanceState.Draining);
        }

        for (int i = 0; i < plan.Add; i++)
        {
            _starting++;
            _events.After(_settings.StartMs, () =>
            {
                _starting--;
                Add();
            });
        }

        _events.After(_settings.ScalingRoundMs, ScalingRound);
    }

    private void Set(string id, InstanceState state)
    {
        SimulatedInstance instance = _instances.Find(instance => instance.Id == id)!;
        instance.State = state;
        instance.Publish(_events.Now);
        Kick(instance);
    }

    private void Add()
    {
        SimulatedInstance instance = new(_started++, _settings.Engine, _events.Now);
        _instances.Add(instance);
        if (_settings.HeartbeatMs > 0)
        {
            // Spread, as processes that started at different times are.
            _events.After(_settings.HeartbeatMs * ((instance.Index * 0.618) % 1), () => Beat(instance));
        }
    }

    private void Beat(SimulatedInstance instance)
    {
        instance.Publish(_events.Now);
        _events.After(_settings.HeartbeatMs, () => Beat(instance));
    }

    private void Stop(SimulatedInstance instance) => _totals.InstanceMs += _events.Now - instance.StartedMs + _settings.StartMs;

    private void MemoryRound()
    {
        _totals.Used.Add(1 - (_instances.Average(instance => instance.Engine.Free) / _settings.Engine.Blocks));
        _totals.Fragmentation.Add(FragmentedShare.Of(_instances, _settings.Engine));
        _events.After(MemoryRoundMs, MemoryRound);
    }
}
