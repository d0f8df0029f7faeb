using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Scheduler.Dispatch;

/// <summary>Answers batches of requests from the last picture and the ledger by the policy in force, one batch at a time.</summary>
internal sealed class Dispatcher
{
    private readonly InstanceRegistry _registry;
    private readonly ActivePolicies _policies;
    private readonly DecisionFeed _feed;
    private readonly TimeProvider _time;
    private readonly Counter _dispatches;
    private readonly InFlightLedger _ledger;
    private readonly PrefixIndex _prefixes = new();
    private readonly Random _random = new();
    private readonly Lock _gate = new();
    private long _turn;

    public Dispatcher(
        InstanceRegistry registry,
        ActivePolicies policies,
        DecisionFeed feed,
        IOptions<DispatchOptions> options,
        TimeProvider time,
        IMetricFactory metrics)
    {
        _registry = registry;
        _policies = policies;
        _feed = feed;
        _time = time;
        _dispatches = metrics.CreateCounter(MetricNames.Dispatches, "Dispatch decisions, by outcome.", ["outcome"]);
        long ticksPerMs = Math.Max(1, time.TimestampFrequency / 1000);
        _ledger = new InFlightLedger(options.Value.SettleMs * ticksPerMs, options.Value.ForgetMs * ticksPerMs);
    }

    public DispatchResponse Dispatch(DispatchRequest request)
    {
        RegistrySnapshot snapshot = _registry.Current;
        PolicySettings settings = _policies.Current;
        DispatchDecision[] decisions = new DispatchDecision[request.Requests.Count];
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _ledger.Settle(snapshot.Find, now);
            ForgetEndedLives(snapshot);
            Dictionary<string, InstanceLoad[]> loads = new(StringComparer.Ordinal);
            for (int i = 0; i < decisions.Length; i++)
            {
                decisions[i] = Decide(snapshot, loads, settings, request.Requests[i], now);
            }
        }

        return new DispatchResponse(decisions);
    }

    /// <summary>What a picture says of each of its instances, with what is on its way to them: the input of the other policies.</summary>
    public InstanceLoad[] Loads(RegistrySnapshot snapshot)
    {
        lock (_gate)
        {
            _ledger.Settle(snapshot.Find, _time.GetTimestamp());
            return [.. snapshot.Instances.Select(view => InstanceLoad.Of(view, _ledger.Of(view)))];
        }
    }

    private DispatchDecision Decide(
        RegistrySnapshot snapshot, Dictionary<string, InstanceLoad[]> loadsOf, PolicySettings settings, DispatchItem item, long now)
    {
        IReadOnlyList<InstanceView> views = snapshot.OfModel(item.Model);
        if (!loadsOf.TryGetValue(item.Model, out InstanceLoad[]? loads))
        {
            loads = [.. views.Select(view => InstanceLoad.Of(view, _ledger.Of(view)))];
            loadsOf.Add(item.Model, loads);
        }

        DispatchInputs inputs = new(
            new DispatchQuestion(item.Request, item.PromptTokens, item.Priority, item.Exclude),
            loads,
            PrefixTokens(item, loads),
            _turn++,
            (ulong)_random.NextInt64(long.MinValue, long.MaxValue),
            settings.DispatchSettings);
        DispatchPlan plan = DispatchPolicies.Find(settings.Dispatch)!.Choose(inputs);
        int index = Array.FindIndex(loads, load => load.Id == plan.Instance);
        if (index >= 0)
        {
            _feed.Publish(new DispatchDecided((long)_time.GetElapsedTime(0, now).TotalMilliseconds, inputs, plan));
            return Book(loadsOf, views[index], index, item, now);
        }

        // Before the first reading no model is known, and that says nothing about the model.
        bool known = !snapshot.IsComplete || snapshot.Models.ContainsKey(item.Model);
        _dispatches.WithLabels(known ? "no_instance" : "unknown_model").Inc();
        DispatchError error = known ? DispatchError.NoInstance : DispatchError.UnknownModel;
        return new DispatchDecision(item.Request, Instance: null, BootId: null, Address: null, error);
    }

    private DispatchDecision Book(
        Dictionary<string, InstanceLoad[]> loadsOf, InstanceView chosen, int index, DispatchItem item, long now)
    {
        int blocks = DispatchPolicies.BlocksToBegin(
            item.PromptTokens, chosen.Registration.BlockSizeTokens, chosen.Registration.ContextLength);
        _ledger.Add(chosen, blocks, now, item.Priority < 0);
        if (item.Prefix is not null)
        {
            InstanceRegistration registration = chosen.Registration;
            int chunks = (int)Math.Min(int.MaxValue, (long)registration.KvBlocksTotal * registration.BlockSizeTokens / PrefixIndex.ChunkTokens);
            _prefixes.Add(item.Prefix, registration.BootId, chunks);
        }

        // A new array: the old one is the input of a decision that somebody may be logging.
        InstanceLoad[] next = [.. loadsOf[item.Model]];
        next[index] = InstanceLoad.Of(chosen, _ledger.Of(chosen));
        loadsOf[item.Model] = next;
        _dispatches.WithLabels("dispatched").Inc();
        return new DispatchDecision(item.Request, chosen.Id, chosen.Registration.BootId, chosen.Registration.Address, Error: null);
    }

    private void ForgetEndedLives(RegistrySnapshot snapshot)
    {
        if (_prefixes.Instances.Count > snapshot.Instances.Count)
        {
            HashSet<string> living = [.. snapshot.Instances.Select(view => view.Registration.BootId)];
            foreach (string ended in _prefixes.Instances.Where(life => !living.Contains(life)).ToArray())
            {
                _prefixes.Forget(ended);
            }
        }
    }

    // By boot id, so that a new life owes nothing for what the old one had cached.
    private int[]? PrefixTokens(DispatchItem item, InstanceLoad[] loads)
    {
        if (item.Prefix is not { Count: > 0 } prefix)
        {
            return null;
        }

        return [.. loads.Select(load => (int)((long)item.PromptTokens * _prefixes.Match(prefix, load.BootId) / prefix.Count))];
    }
}
