using Godwit.Contracts.Migration;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Worker.Migration;

/// <summary>Adds the moving of requests from worker to worker.</summary>
internal static class MigrationExtensions
{
    /// <summary>Adds what <see cref="MapMigration"/> needs.</summary>
    public static IServiceCollection AddMigration(this IServiceCollection services)
    {
        services.AddFeatureOptions<MigrationOptions>(MigrationOptions.Section);
        services.AddSingleton<MigrationGate>();
        services.AddSingleton<BandwidthLimit>();
        services.AddSingleton<CopyThread>();
        services.AddSingleton<Failpoint>();
        services.AddSingleton<MigrationMetrics>();
        services.AddSingleton<MigrationParts>();
        services.AddSingleton<PeerConnections>();
        services.AddSingleton<MovableRequests>();
        services.AddSingleton<MigrationOrders>();
        services.AddHostedService(provider => provider.GetRequiredService<MigrationOrders>());
        services.AddSingleton<MigrationEndpoints>();
        services.AddSingleton<BlocksEndpoint>();
        services.AddSingleton<WorkerStatus>();
        return services;
    }

    /// <summary>Maps the Scheduler's orders and the connection of other workers.</summary>
    public static WebApplication MapMigration(this WebApplication app)
    {
        MigrationEndpoints endpoints = app.Services.GetRequiredService<MigrationEndpoints>();
        app.MapPost(InternalPaths.Migrations, endpoints.OrderAsync);
        app.MapPost(InternalPaths.Release, endpoints.ReleaseAsync);
        app.MapGet(InternalPaths.Blocks, app.Services.GetRequiredService<BlocksEndpoint>().HandleAsync);
        return app;
    }
}
