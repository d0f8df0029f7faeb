using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Forwarding;

/// <summary>The way of a generation to a worker and back.</summary>
internal static class ForwardingExtensions
{
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddFeatureOptions<ForwardingOptions>(ForwardingOptions.Section);
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<GenerationForwarder>();
    }
}
