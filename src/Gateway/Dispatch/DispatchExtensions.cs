using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Dispatch;

/// <summary>The choice of an instance.</summary>
internal static class DispatchExtensions
{
    public static void AddDispatchClient(this IServiceCollection services)
    {
        services.AddFeatureOptions<DispatchClientOptions>(DispatchClientOptions.Section);
        services.AddSingleton<InFlightCounts>();
        services.AddSingleton<DispatchClient>();
        services.AddHostedService(provider => provider.GetRequiredService<DispatchClient>());
        services.AddSingleton<InstanceChooser>();
    }
}
