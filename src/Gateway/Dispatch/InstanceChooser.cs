using Godwit.Contracts.Diagnostics;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Destinations;
using Godwit.Gateway.OpenAI;
using Godwit.ServiceDefaults.Instances;
using Prometheus;

namespace Godwit.Gateway.Dispatch;

/// <summary>Chooses the instance for a request: the Scheduler's decision, or without one in time the Gateway's own.</summary>
internal sealed class InstanceChooser(
    DispatchClient scheduler, InstanceRegistry registry, InstanceHealth health, InFlightCounts inFlight, IMetricFactory metrics)
{
    /// <summary>Name of the Gateway's own choice.</summary>
    public const string PowerOfTwo = "power-of-two";

    private readonly Counter _dispatches = metrics.CreateCounter(
        MetricNames.Dispatches, "Dispatch decisions, by outcome.", ["outcome"]);

    /// <summary>The Scheduler can be asked, so that it is worth while to tell it more.</summary>
    public bool AsksScheduler => scheduler.IsConfigured;

    /// <summary>An instance, or null when no other than <paramref name="tried"/> lives.</summary>
    /// <param name="request">Request id.</param>
    /// <param name="call">What is known of the request.</param>
    /// <param name="prefix">Hashes of how its prompt begins, or null.</param>
    /// <param name="tried">Lives of instances that it must not go to; the next life of one that died may have it.</param>
    /// <param name="like">Who began the answer: while an instance of the same numerics takes requests, no other is chosen.</param>
    /// <param name="cancellation">The client is gone.</param>
    public async ValueTask<ChosenInstance?> ChooseAsync(
        string request,
        GenerationCall call,
        IReadOnlyList<ulong>? prefix,
        IReadOnlyCollection<MigrationPeer> tried,
        Numerics? like,
        CancellationToken cancellation)
    {
        IReadOnlyList<InstanceView> candidates = registry.Current.OfModel(call.Model);
        HashSet<string> excluded = Exclude(candidates, tried, like);
        string[] avoid = [.. excluded.Union(health.Failing(call.Model, candidates), StringComparer.Ordinal)];
        DispatchItem item = new(request, call.Model, call.PromptTokens, call.MaxTokens, call.Priority, avoid, prefix);
        if (await scheduler.AskAsync(item, cancellation) is { Instance: { } id, BootId: { } boot, Address: { } address })
        {
            MigrationPeer decided = new(id, boot, address);

            // The Scheduler's picture may be older than ours: what we know to be dead is no decision.
            if (!tried.Contains(decided))
            {
                _dispatches.WithLabels("scheduler").Inc();
                return new ChosenInstance(decided, OwnPolicy: null);
            }
        }

        // No answer, or a Scheduler that knows less than we do (it may have just started): choose ourselves. One that failed lately is
        // better than none.
        InstanceView? own = PowerOfTwoPolicy.Choose(candidates, avoid, inFlight.Of, Random.Shared)
            ?? PowerOfTwoPolicy.Choose(candidates, excluded, inFlight.Of, Random.Shared);
        _dispatches.WithLabels(own is null ? "no_instance" : "fallback").Inc();
        return own is null ? null : new ChosenInstance(PeerOf(own), PowerOfTwo);
    }

    /// <summary>What is known of the numerics of one life of an instance, or null.</summary>
    public Numerics? NumericsOf(MigrationPeer instance) =>
        registry.Current.Find(instance.Id)?.Registration is { } registration && registration.BootId == instance.BootId
            ? new Numerics(registration.WeightsDigest, registration.NumericsId, registration.IsExact)
            : null;

    private static MigrationPeer PeerOf(InstanceView view) => new(view.Id, view.Registration.BootId, view.Registration.Address);

    private static HashSet<string> Exclude(IReadOnlyList<InstanceView> candidates, IReadOnlyCollection<MigrationPeer> tried, Numerics? like)
    {
        HashSet<string> excluded = new(StringComparer.Ordinal);
        foreach (MigrationPeer instance in tried)
        {
            InstanceView? now = candidates.FirstOrDefault(view => view.Id == instance.Id);
            if (now is null || now.Registration.BootId == instance.BootId)
            {
                excluded.Add(instance.Id);
            }
        }

        if (like is not null)
        {
            string[] others = [.. candidates.Where(view => !like.IsEqualTo(view.Registration)).Select(view => view.Id)];
            bool hasEqual = candidates.Any(view => view.IsReady && !excluded.Contains(view.Id) && !others.Contains(view.Id));
            excluded.UnionWith(hasEqual ? others : []);
        }

        return excluded;
    }
}
