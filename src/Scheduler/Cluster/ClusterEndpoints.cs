using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Cluster;

/// <summary>The cluster as the Scheduler sees it.</summary>
internal static class ClusterEndpoints
{
    public static void AddCluster(this IServiceCollection services) => services.AddSingleton<ClusterMetrics>();

    public static void MapCluster(this WebApplication app)
    {
        app.Services.GetRequiredService<ClusterMetrics>().Attach();
        app.MapGet("/instances", (InstanceRegistry registry, TimeProvider time) =>
            TypedResults.Json(List(registry.Current, time), ClusterJson.Default.InstanceListing));
    }

    private static InstanceListing List(RegistrySnapshot snapshot, TimeProvider time) => new(
        snapshot.IsComplete,
        [
            .. snapshot.Instances.Select(view => new InstanceEntry(
                view.Registration,
                view.Status,
                view.Suspect,
                (long)time.GetElapsedTime(view.ObservedAt).TotalMilliseconds)),
        ]);
}
