using Godwit.Gateway.Forwarding.Holders;
using Godwit.Gateway.Forwarding.Poison;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Gateway.Forwarding.Trails;
using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>The way of a generation to a worker and back.</summary>
internal static class ForwardingExtensions
{
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddFeatureOptions<ForwardingOptions>(ForwardingOptions.Section);
        services.TryAddSingleton(provider => OwnerTimes.Default with
        {
            MaxPassedOver = provider.GetRequiredService<IOptions<ForwardingOptions>>().Value.MaxRetries,
        });
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<OwnedRequests>();
        services.AddSingleton<WorkerCalls>();
        services.AddHostedService<AckLoop>();
        services.AddSingleton<PoisonQuarantine>();
        services.AddSingleton<TrailStore>();
        services.AddHostedService(provider => provider.GetRequiredService<TrailStore>());
        services.AddSingleton<ForwardingMetrics>();
        services.AddSingleton<ForwardingServices>();
        services.AddSingleton<GenerationForwarder>();
    }
}
