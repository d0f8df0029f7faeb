using Godwit.Gateway.Dispatch;
using Godwit.ServiceDefaults.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Admin;

/// <summary>The operators' calls that the leading Scheduler answers.</summary>
internal static class AdminExtensions
{
    private const string Redis = "scheduler-lease";

    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddKeyedSingleton(Redis, (provider, _) => ClusterRedis.Connect(provider, "godwit-gateway-lease"));
        services.AddSingleton(provider => new SchedulerLocator(
            provider.GetRequiredKeyedService<ClusterRedis>(Redis),
            provider.GetRequiredService<IOptions<DispatchClientOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<SchedulerLocator>());
        services.AddSingleton<AdminForwarder>();
    }

    public static void UseAdminGuard(this WebApplication app) => app.UseMiddleware<AdminGuard>();

    public static void MapAdmin(this WebApplication app)
    {
        foreach (PathString path in AdminPaths.Scheduler)
        {
            app.Map($"{path}/{{**rest}}", (HttpContext context, AdminForwarder forwarder) => forwarder.ForwardAsync(context));
        }
    }
}
