using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Options;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Godwit.Worker.Heartbeat;
using Godwit.Worker.Migration;
using Godwit.Worker.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Worker;

/// <summary>The Worker: one model, one engine, the OpenAI API.</summary>
public static class WorkerProgram
{
    /// <summary>Configuration sections that the Worker reads, and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [ListenerOptions.Section] = typeof(ListenerOptions),
        [InstanceOptions.Section] = typeof(InstanceOptions),
        [HeartbeatOptions.Section] = typeof(HeartbeatOptions),
        [ModelOptions.Section] = typeof(ModelOptions),
        [EngineOptions.Section] = typeof(EngineOptions),
        [ServingOptions.Section] = typeof(ServingOptions),
        [MigrationOptions.Section] = typeof(MigrationOptions),
    };

    /// <summary>Loads the model and makes the host.</summary>
    /// <param name="builder">A builder whose configuration is complete.</param>
    /// <exception cref="WorkerStartException">The model cannot be served; the message is one line.</exception>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults("Worker");
        builder.Services.AddFeatureOptions<InstanceOptions>(InstanceOptions.Section);
        builder.AddListener();
        builder.AddModelAndEngine();
        builder.Services.AddOpenAIApi();
        builder.Services.AddMigration();
        builder.Services.AddHeartbeat(
            services => services.GetRequiredService<WorkerInstance>().Registration,
            services => services.GetRequiredService<WorkerStatus>().Now);

        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapOpenAIApi();
        app.MapServing();
        app.MapMigration();
        app.StartEngineMetrics();
        return app;
    }
}
