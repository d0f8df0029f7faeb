using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Router.Prediction;

/// <summary>Adds the router file.</summary>
internal static class PredictionExtensions
{
    public static void AddPrediction(this IServiceCollection services)
    {
        services.AddFeatureOptions<PredictionOptions>(PredictionOptions.Section);
        services.AddSingleton<RouterSlot>();
        services.AddHostedService<RouterFileLoop>();
    }
}
