using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.Dispatch;
using Godwit.Gateway.Destinations;
using Godwit.Gateway.OpenAI;
using Godwit.ServiceDefaults.Instances;
using Prometheus;

namespace Godwit.Gateway.Dispatch;

/// <summary>Where a request goes.</summary>
/// <param name="Id">The instance.</param>
/// <param name="BootId">Its life.</param>
/// <param name="Address">Its base address.</param>
internal sealed record ChosenInstance(string Id, string BootId, string Address);

/// <summary>Chooses the instance for a request: the Scheduler's decision, or without one in time the Gateway's own.</summary>
internal sealed class InstanceChooser(
    DispatchClient scheduler, InstanceRegistry registry, InstanceHealth health, InFlightCounts inFlight, IMetricFactory metrics)
{
    private readonly Counter _dispatches = metrics.CreateCounter(
        MetricNames.Dispatches, "Dispatch decisions, by outcome.", ["outcome"]);

    /// <summary>An instance, or null when no other than <paramref name="tried"/> lives.</summary>
    public async ValueTask<ChosenInstance?> ChooseAsync(
        string request, GenerationCall call, IReadOnlyList<string> tried, CancellationToken cancellation)
    {
        IReadOnlyList<string> failing = health.Failing(call.Model, registry.Current.OfModel(call.Model));
        string[] avoid = [.. tried.Union(failing, StringComparer.Ordinal)];
        DispatchItem item = new(request, call.Model, call.PromptTokens, call.MaxTokens, call.Priority, avoid);
        if (await scheduler.AskAsync(item, cancellation) is { Instance: { } id, BootId: { } boot, Address: { } address })
        {
            _dispatches.WithLabels("scheduler").Inc();
            return new ChosenInstance(id, boot, address);
        }

        // No answer, or a Scheduler that knows less than we do (it may have just started): choose ourselves. One that failed lately is
        // better than none.
        IReadOnlyList<InstanceView> candidates = registry.Current.OfModel(call.Model);
        InstanceView? own = PowerOfTwoPolicy.Choose(candidates, avoid, inFlight.Of, Random.Shared)
            ?? PowerOfTwoPolicy.Choose(candidates, tried, inFlight.Of, Random.Shared);
        _dispatches.WithLabels(own is null ? "no_instance" : "fallback").Inc();
        return own is null ? null : new ChosenInstance(own.Id, own.Registration.BootId, own.Registration.Address);
    }
}
