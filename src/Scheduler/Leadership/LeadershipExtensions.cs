using Godwit.ServiceDefaults.Options;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Leadership;

/// <summary>The choice of the Scheduler that gives orders.</summary>
internal static class LeadershipExtensions
{
    private const string Redis = "leadership";

    public static void AddLeadership(this IServiceCollection services)
    {
        services.AddFeatureOptions<LeadershipOptions>(LeadershipOptions.Section);

        // A multiplexer of its own: nothing else may delay a renewal.
        services.AddKeyedSingleton(Redis, (provider, _) => ClusterRedis.Connect(provider, "godwit-scheduler-lease"));
        services.AddSingleton<LeadershipState>();
        services.AddHostedService(provider =>
        {
            ClusterRedis redis = provider.GetRequiredKeyedService<ClusterRedis>(Redis);
            return ActivatorUtilities.CreateInstance<LeadershipLoop>(provider, redis, new LeaseStore(redis));
        });
    }
}
