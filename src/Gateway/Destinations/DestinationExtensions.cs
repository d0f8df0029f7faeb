using Godwit.Contracts.Frames;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Godwit.Gateway.Destinations;

/// <summary>YARP, with the registry as its configuration.</summary>
internal static class DestinationExtensions
{
    public static void AddDestinations(this IServiceCollection services)
    {
        services.AddSingleton<IProxyConfigProvider, RegistryProxyConfigProvider>();
        services.AddSingleton<InstanceHealth>();
        services.AddReverseProxy().AddTransforms(context =>
        {
            string? secret = context.Services.GetRequiredService<IOptions<ClusterOptions>>().Value.Secret;
            context.AddRequestTransform(transform =>
            {
                // A client's credentials are for us; the programs behind know only the cluster's.
                transform.ProxyRequest.Headers.Remove(HeaderNames.Authorization);
                transform.ProxyRequest.Headers.Remove(HeaderNames.Cookie);
                transform.ProxyRequest.Headers.Remove(InternalHeaders.ClusterSecret);
                if (secret is not null)
                {
                    transform.ProxyRequest.Headers.Add(InternalHeaders.ClusterSecret, secret);
                }

                return ValueTask.CompletedTask;
            });
        });
    }

    public static void MapDestinations(this WebApplication app) => app.MapReverseProxy();
}
