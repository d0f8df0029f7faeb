using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Listening;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Router.Listening;

/// <summary>The Router's single, internal listener.</summary>
internal static class RouterListenerExtensions
{
    // As long as the Gateway's own bodies may be: a prompt that it takes must not fail here.
    private const long MaxBodyBytes = 16 * 1024 * 1024;

    public static void AddRouterListener(this IServiceCollection services)
    {
        services.AddFeatureOptions<RouterListenerOptions>(RouterListenerOptions.Section);
        services.AddSingleton<IValidateOptions<RouterListenerOptions>, RouterListenerValidator>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<RouterListenerOptions>>((kestrel, listener) =>
        {
            kestrel.SetLimits(MaxBodyBytes);
            kestrel.Listen(ListenAddressAttribute.Parse(listener.Value.Bind), listener.Value.Port);
        });
    }

    private sealed class RouterListenerValidator(IOptions<ClusterOptions> cluster) : IValidateOptions<RouterListenerOptions>
    {
        public ValidateOptionsResult Validate(string? name, RouterListenerOptions options) =>
            ListenAddressAttribute.TryParse(options.Bind) is { } bind && cluster.Value.RefusesListener(bind) is { } refusal
                ? ValidateOptionsResult.Fail(refusal)
                : ValidateOptionsResult.Success;
    }
}
