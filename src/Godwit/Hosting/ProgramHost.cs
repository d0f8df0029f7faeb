using System.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Godwit.CommandLine.Hosting;

/// <summary>Builds and starts one program as a host of its own, with nothing but Godwit's configuration.</summary>
internal static class ProgramHost
{
    /// <summary>How long running requests may take to end when a host stops.</summary>
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds and starts a program.</summary>
    /// <param name="build">The program's <c>Build</c>.</param>
    /// <param name="configuration">Its whole configuration.</param>
    /// <param name="cancellation">Gives up starting.</param>
    public static async Task<WebApplication> StartAsync(
        Func<WebApplicationBuilder, WebApplication> build,
        IConfiguration configuration,
        CancellationToken cancellation)
    {
        WebApplication app = build(CreateBuilder(configuration));
        try
        {
            await app.StartAsync(cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static WebApplicationBuilder CreateBuilder(IConfiguration configuration)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "godwit",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });

        // No appsettings.json of whatever folder we were started in, no ASPNETCORE_URLS: a program listens where its options say.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(OpenTelemetryVariables());
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddSingleton<IHostLifetime, ExternalLifetime>();
        builder.Services.ConfigureOptions<TransientKeys>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_shutdownTimeout);
        return builder;
    }

    /// <summary>The variables by which OpenTelemetry is configured everywhere; its exporter reads them from the host's configuration.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> OpenTelemetryVariables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
}
