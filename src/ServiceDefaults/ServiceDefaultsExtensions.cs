using System.Reflection;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Diagnostics;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Instances;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Godwit.ServiceDefaults;

/// <summary>What every program of Godwit has: metrics, health, logs, traces, errors in OpenAI's shape.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Path that answers 200 as long as the process lives; never wants the cluster secret.</summary>
    public const string HealthPath = "/health";

    /// <summary>Path of the metrics in Prometheus' text format; never wants the cluster secret.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Path of Godwit's version.</summary>
    public const string VersionPath = "/version";

    // Without the commit that the build appends.
    private static readonly string Version = typeof(ServiceDefaultsExtensions).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Configuration sections that belong to no single program, and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [ClusterOptions.Section] = typeof(ClusterOptions),
        [InstanceRegistryOptions.Section] = typeof(InstanceRegistryOptions),
    };

    /// <summary>Adds what every program has.</summary>
    /// <param name="builder">The program's builder; its configuration is complete.</param>
    /// <param name="program">Name of the program, <c>Gateway</c>, <c>Scheduler</c>, …; the service name of its traces.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string program)
    {
        builder.Services.AddFeatureOptions<ClusterOptions>(ClusterOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.AddLoggingDefaults();
        builder.AddTracing(program);
        builder.Services.AddMetrics();
        builder.Services.AddHostMetrics();
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c>, <c>/version</c> and <c>/metrics</c>, and lets every answer without a body (404, 405, …) and every unhandled
    /// exception become an error in OpenAI's shape. Call it first, so that it surrounds the rest.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseMiddleware<ApiErrorMiddleware>();
        app.UseMiddleware<RequestFramingMiddleware>();
        app.MapGet(HealthPath, () => TypedResults.Text("""{"status":"ok"}""", "application/json"));
        app.MapGet(VersionPath, () => TypedResults.Text($$"""{"version":"{{Version}}"}""", "application/json"));
        app.MapHostMetrics(MetricsPath);
        return app;
    }
}
