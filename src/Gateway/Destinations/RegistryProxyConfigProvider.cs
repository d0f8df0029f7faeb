using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;

namespace Godwit.Gateway.Destinations;

/// <summary>
/// Gives YARP one cluster per model with the living instances as destinations. A destination is one life of an instance: a restarted one
/// begins with a clean record.
/// </summary>
internal sealed class RegistryProxyConfigProvider : IProxyConfigProvider, IDisposable
{
    private readonly InstanceRegistry _registry;
    private readonly Lock _gate = new();
    private Config _config;
    private string[] _destinations = [];

    public RegistryProxyConfigProvider(InstanceRegistry registry)
    {
        _registry = registry;
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

    private static List<ClusterConfig> Build(RegistrySnapshot snapshot) =>
    [
        .. snapshot.Instances
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
            }),
    ];

    private sealed class Config : IProxyConfig
    {
        // Never disposed: YARP may register for a change after the change happened, and must still hear of it.
        private readonly CancellationTokenSource _changed = new();

        public Config(IReadOnlyList<ClusterConfig> clusters)
        {
            Clusters = clusters;
            ChangeToken = new CancellationChangeToken(_changed.Token);
        }

        public IReadOnlyList<RouteConfig> Routes => [];

        public IReadOnlyList<ClusterConfig> Clusters { get; }

        public IChangeToken ChangeToken { get; }

        public void Signal() => _changed.Cancel();
    }
}
