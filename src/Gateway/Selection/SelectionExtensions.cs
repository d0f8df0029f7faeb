using Godwit.Gateway.Selection.Asking;
using Godwit.Gateway.Selection.Conversations;
using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Selection;

/// <summary>The choice of a model.</summary>
internal static class SelectionExtensions
{
    public static void AddSelection(this IServiceCollection services)
    {
        services.AddFeatureOptions<SelectionOptions>(SelectionOptions.Section);
        services.AddSingleton<SelectionMetrics>();
        services.AddSingleton<ConversationMemory>();
        services.AddSingleton<RouterClient>();
        services.AddHostedService(provider => provider.GetRequiredService<RouterClient>());
        services.AddSingleton<ModelSelector>();
        services.AddSingleton<SelectingForwarder>();
    }
}
