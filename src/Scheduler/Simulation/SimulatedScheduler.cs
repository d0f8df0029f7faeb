using System.Diagnostics;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Simulation;

/// <summary>
/// The Scheduler in the simulation: the program's own policies on the program's own inputs, the figures of the last heartbeat and the
/// ledger of what was sent since.
/// </summary>
internal sealed class SimulatedScheduler
{
    private const double ForgetMs = 30_000;

    private readonly SimulationSettings _settings;
    private readonly Action<Decision>? _log;
    private readonly IDispatchPolicy _policy;
    private readonly MigrationSettings _migration;
    private readonly InFlightLedger _ledger;
    private readonly PrefixIndex _prefixes = new();
    private readonly SplitMix _random;
    private InstanceLoad[] _loads = [];
    private long _turn;
    private IReadOnlyList<StandingPair> _standing = [];
    private ScalingState _scaling = new();

    public SimulatedScheduler(SimulationSettings settings, Action<Decision>? log)
    {
        _settings = settings;
        _log = log;
        _policy = DispatchPolicies.Find(settings.Policy)!;
        _migration = settings.Migration with { Enabled = settings.Policy == FreenessDispatchPolicy.PolicyName && settings.Migration.Enabled };
        _ledger = new InFlightLedger(SimulatedClock.Ticks(settings.SettleMs), SimulatedClock.Ticks(ForgetMs));
        _random = new SplitMix(settings.Seed, "policy");
    }

    /// <summary>It moves requests.</summary>
    public bool Migrates => _migration.Enabled;

    /// <summary>Microseconds that each decision took, its inputs put together included.</summary>
    public List<double> DecisionMicroseconds { get; } = [];

    /// <summary>The instance for a request.</summary>
    public int Dispatch(SimulatedRequest request, IReadOnlyList<SimulatedInstance> instances, double now)
    {
        long from = Stopwatch.GetTimestamp();
        Look(instances, now);
        int[]? cached = null;
        if (request.Prefix is { Count: > 0 } prefix)
        {
            cached = [.. _loads.Select(load => (int)((long)request.Prompt * _prefixes.Match(prefix, load.Id) / prefix.Count))];
        }

        DispatchInputs inputs = new(
            new DispatchQuestion($"r{request.Index}", request.Prompt, request.Class, []),
            _loads,
            cached,
            _turn++,
            _random.Next(),
            _settings.Dispatch);
        DispatchPlan plan = _policy.Choose(inputs);
        DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        _log?.Invoke(new DispatchDecided((long)now, inputs, plan));

        int index = Array.FindIndex(_loads, load => load.Id == plan.Instance);
        InstanceView view = instances[index].View;
        _ledger.Add(view, _settings.Engine.BlocksFor(request.Prompt), SimulatedClock.Ticks(now), request.Class < 0);
        if (request.Prefix is { Count: > 0 })
        {
            int chunkTokens = Math.Max(1, request.Prompt / request.Prefix.Count);
            _prefixes.Add(request.Prefix, view.Id, _settings.Engine.Blocks * _settings.Engine.BlockSizeTokens / chunkTokens);
        }

        return index;
    }

    /// <summary>Moves to order now.</summary>
    public IReadOnlyList<MigrationPair> Pair(IReadOnlyList<SimulatedInstance> instances, double now)
    {
        long from = Stopwatch.GetTimestamp();
        Look(instances, now);
        MigrationInputs inputs = new(_loads, _standing, _migration);
        MigrationPlan plan = MigrationPolicy.Plan(inputs);
        DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        if (plan.Pairs.Count > 0)
        {
            _log?.Invoke(new MigrationDecided((long)now, inputs, plan));
        }

        _standing = plan.Standing;
        return plan.Pairs;
    }

    /// <summary>What to do about the number of instances.</summary>
    public ScalingPlan Scale(IReadOnlyList<SimulatedInstance> instances, int starting, double now)
    {
        Look(instances, now);
        ScalingInputs inputs = new(_loads, starting, (long)now, _scaling, _settings.Scaling!);
        ScalingPlan plan = ScalingPolicy.Plan(inputs);
        _log?.Invoke(new ScalingDecided((long)now, inputs, plan));
        _scaling = plan.State;
        return plan;
    }

    private static InstanceView? Find(IReadOnlyList<SimulatedInstance> instances, string id)
    {
        foreach (SimulatedInstance instance in instances)
        {
            if (instance.Id == id)
            {
                return instance.View;
            }
        }

        return null;
    }

    private void Look(IReadOnlyList<SimulatedInstance> instances, double now)
    {
        if (_settings.HeartbeatMs == 0)
        {
            foreach (SimulatedInstance instance in instances)
            {
                instance.Publish(now);
            }
        }

        _ledger.Settle(id => Find(instances, id), SimulatedClock.Ticks(now));

        // A new array each time: the last one may be the input of a logged decision.
        InstanceLoad[] loads = new InstanceLoad[instances.Count];
        for (int i = 0; i < loads.Length; i++)
        {
            SimulatedInstance instance = instances[i];
            LedgerLoad sent = _ledger.Of(instance.View);
            if (!ReferenceEquals(instance.SeenView, instance.View) || instance.SeenSent != sent)
            {
                (instance.SeenView, instance.SeenSent) = (instance.View, sent);
                instance.Load = InstanceLoad.Of(instance.View, sent);
            }

            loads[i] = instance.Load!;
        }

        _loads = loads;
    }
}
