using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Listening;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Scheduler;

/// <summary>The Scheduler: knows the instances and says where a request goes. This is its table of contents.</summary>
public static class SchedulerProgram
{
    /// <summary>Name of the program and of its configuration.</summary>
    public const string Name = "Scheduler";

    /// <summary>Its configuration sections and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [SchedulerListenerOptions.Section] = typeof(SchedulerListenerOptions),
        [DispatchOptions.Section] = typeof(DispatchOptions),
    };

    /// <summary>Builds the program on a builder whose configuration is complete; the caller runs and disposes it.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Name);
        builder.Services.AddSchedulerListener();
        builder.Services.AddInstanceRegistry(Name);
        builder.Services.AddCluster();
        builder.Services.AddDispatch();

        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapCluster();
        app.MapDispatch();
        return app;
    }
}
