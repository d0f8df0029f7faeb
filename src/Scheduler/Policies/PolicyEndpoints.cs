using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Leadership;
using Godwit.Scheduler.Migration;
using Godwit.ServiceDefaults.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Policies;

/// <summary><c>GET|PUT /policy</c>.</summary>
internal static class PolicyEndpoints
{
    public static void AddPolicies(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ActivePolicies
        {
            Current = Configured(
                provider.GetRequiredService<IOptions<DispatchOptions>>().Value,
                provider.GetRequiredService<IOptions<MigrationOptions>>().Value),
        });
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<PolicyLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyLoop>());
    }

    public static void MapPolicies(this WebApplication app)
    {
        app.MapGet("/policy", (HttpContext context, ActivePolicies policies) => AnswerAsync(context, policies));
        app.MapPut("/policy", PutAsync);
    }

    private static PolicySettings Configured(DispatchOptions dispatch, MigrationOptions migration) => new(
        dispatch.Policy,
        new DispatchSettings(dispatch.HighTargetTokens, dispatch.AffinitySlack),
        new MigrationSettings(
            migration.Enabled, migration.OutBelow, migration.InAbove, migration.Hysteresis, dispatch.HighTargetTokens, migration.PerOrder));

    private static async Task PutAsync(HttpContext context, LeadershipState leadership, PolicyLoop loop, ActivePolicies policies)
    {
        (PolicyNames? names, ApiError? error) = await AdminCall.ReadAsync(context, PolicyJson.Default.PolicyNames);
        error ??= names!.Refuse() ?? AdminCall.RefuseUnlessLeading(leadership, out _);
        if (error is not null)
        {
            await AdminCall.AnswerAsync(context, error);
            return;
        }

        try
        {
            await loop.SetAsync(names!, context.RequestAborted);
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            await AdminCall.AnswerAsync(context, AdminCall.RedisAway());
            return;
        }

        await AnswerAsync(context, policies);
    }

    private static Task AnswerAsync(HttpContext context, ActivePolicies policies) =>
        AdminCall.AnswerAsync(context, StatusCodes.Status200OK, PolicyNames.Of(policies.Current), PolicyJson.Default.PolicyNames);
}
