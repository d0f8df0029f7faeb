using Godwit.ServiceDefaults.Options;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Decisions;

/// <summary>The log of decisions.</summary>
internal static class DecisionExtensions
{
    public static void AddDecisions(this IServiceCollection services)
    {
        services.AddFeatureOptions<DecisionOptions>(DecisionOptions.Section);

        // The multiplexer of everything but the lease and the registry: policies, log, trails, the supervisor.
        services.AddSingleton(provider => ClusterRedis.Connect(provider, "godwit-scheduler-store"));
        services.AddSingleton<DecisionFeed>();
        services.AddSingleton<DecisionIndex>();
        services.AddSingleton<DecisionStore>();
        services.AddHostedService<DecisionLog>();
    }
}
