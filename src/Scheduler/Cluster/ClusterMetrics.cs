using Godwit.Contracts.Diagnostics;
using Godwit.Scheduler.Leadership;
using Godwit.ServiceDefaults.Instances;
using Prometheus;

namespace Godwit.Scheduler.Cluster;

/// <summary>Living instances by model, and whether this Scheduler leads, as they are whenever somebody scrapes.</summary>
internal sealed class ClusterMetrics(
    InstanceRegistry registry, LeadershipState leadership, CollectorRegistry collectors, IMetricFactory metrics)
{
    private readonly Gauge _epoch = metrics.CreateGauge(
        MetricNames.LeaderEpoch, "Epoch under which this Scheduler leads; 0 when it does not.");

    private readonly Gauge _instances = metrics.CreateGauge(MetricNames.Instances, "Living instances known, by model.", ["model"]);

    public void Attach() => collectors.AddBeforeCollectCallback(Update);

    private void Update()
    {
        _epoch.Set(leadership.Epoch ?? 0);
        RegistrySnapshot snapshot = registry.Current;
        foreach (string model in snapshot.Models.Keys)
        {
            _instances.WithLabels(model).Set(snapshot.OfModel(model).Count);
        }

        foreach (string[] labels in _instances.GetAllLabelValues().Where(labels => !snapshot.Models.ContainsKey(labels[0])))
        {
            _instances.RemoveLabelled(labels);
        }
    }
}
