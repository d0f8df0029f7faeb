using Godwit.ServiceDefaults.Instances;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Godwit.Gateway.Destinations;

/// <summary>
/// What the data path learnt of the instances, kept in YARP's passive health: one whose stream broke is avoided until the registry has
/// had the time to find out whether it lives.
/// </summary>
internal sealed class InstanceHealth(IProxyStateLookup lookup, IDestinationHealthUpdater updater)
{
    // A killed instance leaves the registry within 2 s (DESIGN §2).
    private static readonly TimeSpan Reactivation = TimeSpan.FromSeconds(2);

    /// <summary>Marks one life of an instance as failing.</summary>
    public void Failed(string model, string instance, string bootId)
    {
        if (lookup.TryGetCluster(RegistryProxyConfigProvider.ClusterOf(model), out ClusterState? cluster)
            && cluster.Destinations.TryGetValue(RegistryProxyConfigProvider.DestinationOf(instance, bootId), out DestinationState? destination))
        {
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, Reactivation);
        }
    }

    /// <summary>Ids of the model's living instances whose data path failed lately.</summary>
    public IReadOnlyList<string> Failing(string model, IReadOnlyList<InstanceView> instances)
    {
        if (!lookup.TryGetCluster(RegistryProxyConfigProvider.ClusterOf(model), out ClusterState? cluster))
        {
            return [];
        }

        List<string> failing = [];
        foreach (InstanceView view in instances)
        {
            string id = RegistryProxyConfigProvider.DestinationOf(view.Id, view.Registration.BootId);
            if (cluster.Destinations.TryGetValue(id, out DestinationState? destination)
                && destination.Health.Passive == DestinationHealth.Unhealthy)
            {
                failing.Add(view.Id);
            }
        }

        return failing;
    }
}
