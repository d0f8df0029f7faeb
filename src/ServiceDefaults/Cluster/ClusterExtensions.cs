using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Godwit.ServiceDefaults.Cluster;

/// <summary>Guards the internal listeners of a cluster.</summary>
public static class ClusterExtensions
{
    /// <summary>Wants the cluster's secret of every call but <c>/health</c> and <c>/metrics</c>; without a configured secret it wants none.</summary>
    public static WebApplication UseClusterSecret(this WebApplication app)
    {
        app.UseMiddleware<ClusterSecretMiddleware>();
        return app;
    }

    /// <summary>
    /// Says why an internal listener must not listen on <paramref name="bind"/>, or null when it may: without a secret only loopback is
    /// allowed. Programs call it while they validate their listener's options.
    /// </summary>
    public static string? RefusesListener(this ClusterOptions cluster, IPAddress bind) =>
        cluster.Secret is not null || IPAddress.IsLoopback(bind)
            ? null
            : $"An internal listener on {bind} needs a cluster secret ({ClusterOptions.Section}:Secret); without one only loopback addresses are allowed.";
}
