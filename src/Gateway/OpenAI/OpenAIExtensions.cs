using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.OpenAI;

/// <summary>The public API.</summary>
internal static class OpenAIExtensions
{
    public static void AddOpenAI(this IServiceCollection services)
    {
        services.AddFeatureOptions<OpenAIOptions>(OpenAIOptions.Section);
        services.AddSingleton<RequestMetrics>();
    }

    public static void MapOpenAI(this WebApplication app)
    {
        app.MapModels();
        app.MapGenerations();
        app.MapReadiness();
    }
}
