using Godwit.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Scaling;

/// <summary>Advice on the number of instances.</summary>
internal static class ScalingExtensions
{
    public static void AddScaling(this IServiceCollection services)
    {
        services.AddFeatureOptions<ScalingOptions>(ScalingOptions.Section);
        services.AddSingleton<IValidateOptions<ScalingOptions>, RangeValidator>();
        services.AddHostedService<ScalingLoop>();
    }

    private sealed class RangeValidator : IValidateOptions<ScalingOptions>
    {
        public ValidateOptionsResult Validate(string? name, ScalingOptions options) =>
            options.Low < options.High && options.Least <= options.Most
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{ScalingOptions.Section}: Low must be below High, and Least not above Most.");
    }
}
