using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Explain;
using Godwit.Scheduler.Leadership;
using Godwit.Scheduler.Listening;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Policies;
using Godwit.Scheduler.Scaling;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Scheduler;

/// <summary>
/// The Scheduler: knows the instances, says where a request goes, and has requests moved while they run. This is its table of contents.
/// </summary>
public static class SchedulerProgram
{
    /// <summary>Name of the program and of its configuration.</summary>
    public const string Name = "Scheduler";

    /// <summary>Its configuration sections and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [SchedulerListenerOptions.Section] = typeof(SchedulerListenerOptions),
        [LeadershipOptions.Section] = typeof(LeadershipOptions),
        [DispatchOptions.Section] = typeof(DispatchOptions),
        [MigrationOptions.Section] = typeof(MigrationOptions),
        [ScalingOptions.Section] = typeof(ScalingOptions),
        [DecisionOptions.Section] = typeof(DecisionOptions),
    };

    /// <summary>Builds the program on a builder whose configuration is complete; the caller runs and disposes it.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Name);
        builder.Services.AddSchedulerListener();
        builder.Services.AddInstanceRegistry(Name);
        builder.Services.AddLeadership();
        builder.Services.AddDecisions();
        builder.Services.AddPolicies();
        builder.Services.AddCluster();
        builder.Services.AddDispatch();
        builder.Services.AddMigration();
        builder.Services.AddScaling();
        builder.Services.AddExplain();

        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapCluster();
        app.MapDispatch();
        app.MapMigration();
        app.MapPolicies();
        app.MapExplain();
        return app;
    }
}
