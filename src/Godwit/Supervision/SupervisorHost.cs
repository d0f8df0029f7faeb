using System.Net;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Listening;
using Godwit.ServiceDefaults.Options;
using Godwit.ServiceDefaults.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.CommandLine.Supervision;

/// <summary>
/// The supervisor's listener: on loopback, any free port, with the cluster's secret. The leading Scheduler finds it by Redis and orders it to
/// start and stop workers.
/// </summary>
internal static class SupervisorHost
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Builds it.</summary>
    /// <param name="builder">A builder whose configuration is complete.</param>
    /// <param name="supervisor">Makes what carries the orders out.</param>
    public static WebApplication Build(WebApplicationBuilder builder, Func<IServiceProvider, WorkerSupervisor> supervisor)
    {
        builder.AddServiceDefaults("Supervisor");
        builder.Services.AddFeatureOptions<SupervisionOptions>(SupervisionOptions.Section);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.SetLimits(MaxBodyBytes);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton(provider => ClusterRedis.Connect(provider, "godwit-supervisor"));
        builder.Services.AddSingleton<SupervisorStore>();
        builder.Services.AddSingleton(supervisor);
        builder.Services.AddHostedService<SupervisorAnnouncement>();

        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapPost(SupervisorPaths.Instances, StartAsync);
        app.MapDelete($"{SupervisorPaths.Instances}/{{id}}", StopAsync);
        return app;
    }

    private static async Task StartAsync(HttpContext context, WorkerSupervisor supervisor)
    {
        StartOrder? order;
        try
        {
            order = await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJson.Default.StartOrder, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await ApiErrors.WriteAsync(context, ApiError.Invalid($"The body is no order: {e.Message}", code: ApiErrorCodes.InvalidJson));
            return;
        }

        (InstanceIds? started, ApiError? error) = supervisor.Start(order);
        await (error is null ? AnswerAsync(context, started!) : ApiErrors.WriteAsync(context, error));
    }

    private static Task StopAsync(HttpContext context, string id, WorkerSupervisor supervisor) => supervisor.BeginStop(id)
        ? AnswerAsync(context, new InstanceIds([id]))
        : ApiErrors.WriteAsync(context, ApiError.Invalid(
            $"There is no instance '{id}' here.", code: ApiErrorCodes.InstanceNotFound, status: StatusCodes.Status404NotFound));

    private static Task AnswerAsync(HttpContext context, InstanceIds ids)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return context.Response.WriteAsJsonAsync(ids, ContractsJson.Default.InstanceIds, contentType: null, context.RequestAborted);
    }
}
