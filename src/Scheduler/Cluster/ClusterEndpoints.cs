using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Orders;
using Godwit.Scheduler.Supervision;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Cluster;

/// <summary>The cluster as the Scheduler sees it, and what operators change of it. Any Scheduler lists; only the leader changes.</summary>
internal static class ClusterEndpoints
{
    public static void AddCluster(this IServiceCollection services)
    {
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<OrderClient>();
        services.AddSingleton<SupervisorStore>();
        services.AddSingleton<InstanceCalls>();
    }

    public static void MapCluster(this WebApplication app)
    {
        app.Services.GetRequiredService<ClusterMetrics>().Attach();
        app.MapGet("/instances", (HttpContext context, InstanceRegistry registry, Dispatcher dispatcher, ActivePolicies policies) =>
            AdminCall.AnswerAsync(
                context, StatusCodes.Status200OK, List(registry.Current, dispatcher, policies), ClusterJson.Default.InstanceListing));
        app.MapPost("/instances", StartAsync);
        app.MapDelete("/instances/{id}", async (HttpContext context, string id, InstanceCalls calls) =>
            await AnswerAsync(context, id, await calls.StopAsync(id, context.RequestAborted)));
        app.MapPost("/instances/{id}/drain", async (HttpContext context, string id, InstanceCalls calls) =>
            await AnswerAsync(context, id, await calls.DrainAsync(id, draining: true, context.RequestAborted)));
        app.MapPost("/instances/{id}/undrain", async (HttpContext context, string id, InstanceCalls calls) =>
            await AnswerAsync(context, id, await calls.DrainAsync(id, draining: false, context.RequestAborted)));
    }

    private static InstanceListing List(RegistrySnapshot snapshot, Dispatcher dispatcher, ActivePolicies policies)
    {
        int highTarget = policies.Current.Migration.HighTargetTokens;
        return new InstanceListing(
            [.. dispatcher.Loads(snapshot).Zip(
                snapshot.Instances, (load, view) => InstanceEntry.Of(load, view.Registration.Address, highTarget))]);
    }

    private static async Task StartAsync(HttpContext context, InstanceCalls calls)
    {
        (StartOrder? order, ApiError? error) = await AdminCall.ReadAsync(context, ContractsJson.Default.StartOrder);
        InstanceIds? started = null;
        if (error is null)
        {
            (started, error) = await calls.StartAsync(order!, context.RequestAborted);
        }

        await (error is null
            ? AdminCall.AnswerAsync(context, StatusCodes.Status202Accepted, started!, ContractsJson.Default.InstanceIds)
            : AdminCall.AnswerAsync(context, error));
    }

    // Taken, not done: the listing shows what becomes of it.
    private static Task AnswerAsync(HttpContext context, string id, ApiError? error) => error is null
        ? AdminCall.AnswerAsync(context, StatusCodes.Status202Accepted, new InstanceIds([id]), ContractsJson.Default.InstanceIds)
        : AdminCall.AnswerAsync(context, error);
}
