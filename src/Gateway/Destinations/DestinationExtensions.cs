using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Godwit.Gateway.Destinations;

/// <summary>YARP, with the registry as its configuration: it forwards to nobody by itself, and keeps what is known of destinations.</summary>
internal static class DestinationExtensions
{
    public static void AddDestinations(this IServiceCollection services)
    {
        services.AddSingleton<IProxyConfigProvider, RegistryProxyConfigProvider>();
        services.AddSingleton<InstanceHealth>();
        services.AddReverseProxy();
    }

    public static void MapDestinations(this WebApplication app) => app.MapReverseProxy();
}
