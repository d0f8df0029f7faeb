using Godwit.Gateway.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;

namespace Godwit.Gateway.Destinations;

/// <summary>
/// Gives YARP one cluster per model with the living instances as destinations, and the Scheduler's admin routes. A destination is one
/// life of an instance: a restarted one begins with a clean record.
/// </summary>
internal sealed class RegistryProxyConfigProvider : IProxyConfigProvider, IDisposable
{
    private readonly InstanceRegistry _registry;
    private readonly string? _scheduler;
    private readonly Lock _gate = new();
    private Config _config;
    private string[] _destinations = [];

    public RegistryProxyConfigProvider(InstanceRegistry registry, IOptions<DispatchClientOptions> dispatch)
    {
        _registry = registry;
        _scheduler = dispatch.Value.Scheduler;
        _config = new Config(Build(registry.Current));
        registry.Changed += OnChanged;
    }

    public static string ClusterOf(string model) => $"model:{model}";

    public static string DestinationOf(string instance, string bootId) => $"{instance}@{bootId}";

    public IProxyConfig GetConfig() => Volatile.Read(ref _config);

    public void Dispose() => _registry.Changed -= OnChanged;

    private void OnChanged(RegistrySnapshot snapshot)
    {
        Config old;
        lock (_gate)
        {
            // Most changes are heartbeats: YARP only has to hear of instances that came or went.
            string[] destinations = [.. snapshot.Instances.Select(Key)];
            if (destinations.AsSpan().SequenceEqual(_destinations))
            {
                return;
            }

            _destinations = destinations;
            old = _config;
            Volatile.Write(ref _config, new Config(Build(snapshot)));
        }

        old.Signal();

        static string Key(InstanceView view) => $"{view.Registration.Model} {view.Id} {view.Registration.BootId} {view.Registration.Address}";
    }

    private (List<RouteConfig> Routes, List<ClusterConfig> Clusters) Build(RegistrySnapshot snapshot)
    {
        List<RouteConfig> routes = [];
        List<ClusterConfig> clusters = [];
        if (_scheduler is not null)
        {
            routes.Add(new RouteConfig
            {
                RouteId = "instances",
                ClusterId = "scheduler",
                Match = new RouteMatch { Path = "/instances", Methods = ["GET"] },
            });
            clusters.Add(new ClusterConfig
            {
                ClusterId = "scheduler",
                Destinations = new Dictionary<string, DestinationConfig> { ["scheduler"] = new() { Address = _scheduler } },
            });
        }

        clusters.AddRange(snapshot.Instances
            .GroupBy(view => view.Registration.Model, StringComparer.Ordinal)
            .Select(group => new ClusterConfig
            {
                ClusterId = ClusterOf(group.Key),
                HealthCheck = new HealthCheckConfig
                {
                    Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate },
                },
                Destinations = group.ToDictionary(
                    view => DestinationOf(view.Id, view.Registration.BootId),
                    view => new DestinationConfig { Address = view.Registration.Address }),
            }));
        return (routes, clusters);
    }

    private sealed class Config : IProxyConfig
    {
        // Never disposed: YARP may register for a change after the change happened, and must still hear of it.
        private readonly CancellationTokenSource _changed = new();

        public Config((List<RouteConfig> Routes, List<ClusterConfig> Clusters) parts)
        {
            (Routes, Clusters) = parts;
            ChangeToken = new CancellationChangeToken(_changed.Token);
        }

        public IReadOnlyList<RouteConfig> Routes { get; }

        public IReadOnlyList<ClusterConfig> Clusters { get; }

        public IChangeToken ChangeToken { get; }

        public void Signal() => _changed.Cancel();
    }
}
