using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Options;

/// <summary>Registers the options of a feature the one way that all features do it.</summary>
public static class FeatureOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="TOptions"/> to a section, checks its data annotations at start, and refuses keys that it does not have.
    /// </summary>
    public static OptionsBuilder<TOptions> AddFeatureOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
}
