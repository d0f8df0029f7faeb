using Godwit.Contracts.Migration;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Godwit.Worker.Api.Serving;

/// <summary>Adds the serving of Gateways' requests.</summary>
internal static class ServingExtensions
{
    /// <summary>Adds what <see cref="MapServing"/> and the API need.</summary>
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        services.AddFeatureOptions<ServingOptions>(ServingOptions.Section);
        services.TryAddSingleton<WorkerDrain>();
        services.TryAddSingleton<LeaderEpochs>();
        services.TryAddSingleton<ServedLimits>();
        services.TryAddSingleton<RequestTable>();
        services.TryAddSingleton<GatewayCalls>();
        services.TryAddSingleton<InternalCalls>();
        services.TryAddSingleton<ServingEndpoints>();
        services.TryAddSingleton<HandOver>();
        services.AddHostedService<DeadlineLoop>();
        return services;
    }

    /// <summary>Maps the internal calls that Gateways and the Scheduler make of a request that runs here.</summary>
    public static WebApplication MapServing(this WebApplication app)
    {
        HandOver handOver = app.Services.GetRequiredService<HandOver>();
        app.Lifetime.ApplicationStopping.Register(() => _ = handOver.BeginAsync());
        ServingEndpoints endpoints = app.Services.GetRequiredService<ServingEndpoints>();
        app.MapPost(InternalPaths.Acks, endpoints.AcknowledgeAsync);
        app.MapPost(InternalPaths.Cancel, endpoints.CancelAsync);
        app.MapPost(InternalPaths.Drain, endpoints.DrainAsync);
        app.MapPost(InternalPaths.Replay, endpoints.ReplayAsync);
        app.MapPost(InternalPaths.Resume, endpoints.ResumeAsync);
        app.MapPost(InternalPaths.Keep, endpoints.KeepAsync);
        return app;
    }
}
