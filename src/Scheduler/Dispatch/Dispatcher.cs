using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Scheduler.Dispatch;

/// <summary>Answers batches of requests from the last picture and the ledger, one batch at a time.</summary>
internal sealed class Dispatcher
{
    private readonly InstanceRegistry _registry;
    private readonly TimeProvider _time;
    private readonly Counter _dispatches;
    private readonly InFlightLedger _ledger;
    private readonly Lock _gate = new();

    public Dispatcher(InstanceRegistry registry, IOptions<DispatchOptions> options, TimeProvider time, IMetricFactory metrics)
    {
        _registry = registry;
        _time = time;
        _dispatches = metrics.CreateCounter(MetricNames.Dispatches, "Dispatch decisions, by outcome.", ["outcome"]);
        long ticksPerMs = Math.Max(1, time.TimestampFrequency / 1000);
        _ledger = new InFlightLedger(options.Value.SettleMs * ticksPerMs, options.Value.ForgetMs * ticksPerMs);
    }

    public DispatchResponse Dispatch(DispatchRequest request)
    {
        RegistrySnapshot snapshot = _registry.Current;
        DispatchDecision[] decisions = new DispatchDecision[request.Requests.Count];
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _ledger.Settle(snapshot, now);
            for (int i = 0; i < decisions.Length; i++)
            {
                decisions[i] = Decide(snapshot, request.Requests[i], now);
            }
        }

        return new DispatchResponse(decisions);
    }

    private DispatchDecision Decide(RegistrySnapshot snapshot, DispatchItem item, long now)
    {
        InstanceView? chosen = DispatchPolicy.Choose(snapshot.OfModel(item.Model), _ledger.Of, item);
        if (chosen is not null)
        {
            _ledger.Add(chosen, DispatchPolicy.BlocksOf(item, chosen), now);
            _dispatches.WithLabels("dispatched").Inc();
            return new DispatchDecision(item.Request, chosen.Id, chosen.Registration.BootId, chosen.Registration.Address, Error: null);
        }

        // Before the first reading no model is known, and that says nothing about the model.
        bool known = !snapshot.IsComplete || snapshot.Models.ContainsKey(item.Model);
        _dispatches.WithLabels(known ? "no_instance" : "unknown_model").Inc();
        DispatchError error = known ? DispatchError.NoInstance : DispatchError.UnknownModel;
        return new DispatchDecision(item.Request, Instance: null, BootId: null, Address: null, error);
    }
}
