using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Prometheus;

namespace Godwit.ServiceDefaults.Diagnostics;

/// <summary>Logs, traces and metrics of one host.</summary>
internal static class DiagnosticsExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>One line per event on standard error: standard output belongs to what a command prints.</summary>
    public static void AddLoggingDefaults(this WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
    }

    /// <summary>Traces go out only where somebody collects them.</summary>
    public static void AddTracing(this WebApplicationBuilder builder, string program)
    {
        if (string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"godwit-{program.ToLowerInvariant()}"))
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddOtlpExporter());
    }

    /// <summary>One registry per host, never the static one: several programs may live in one process.</summary>
    public static void AddHostMetrics(this IServiceCollection services)
    {
        services.AddSingleton(_ =>
        {
            CollectorRegistry registry = Metrics.NewCustomRegistry();
            DotNetStats.Register(registry);
            return registry;
        });
        services.AddSingleton<IMetricFactory>(provider => Metrics.WithCustomRegistry(provider.GetRequiredService<CollectorRegistry>()));
    }
}
