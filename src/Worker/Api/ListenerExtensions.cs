using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Listening;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Api;

/// <summary>The Worker's single, internal listener.</summary>
internal static class ListenerExtensions
{
    /// <summary>Listens where <see cref="ListenerOptions"/> says; off loopback only with a cluster secret.</summary>
    public static void AddListener(this WebApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<ListenerOptions>(ListenerOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<ListenerOptions>, SecretValidator>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ListenerOptions>>((kestrel, listener) =>
        {
            kestrel.SetLimits(ApiLimits.BodyBytes);
            kestrel.Listen(ListenAddressAttribute.Parse(listener.Value.Bind), listener.Value.Port);
        });
    }

    private sealed class SecretValidator(IOptions<ClusterOptions> cluster) : IValidateOptions<ListenerOptions>
    {
        public ValidateOptionsResult Validate(string? name, ListenerOptions options) =>
            ListenAddressAttribute.TryParse(options.Bind) is { } bind && cluster.Value.RefusesListener(bind) is { } refusal
                ? ValidateOptionsResult.Fail(refusal)
                : ValidateOptionsResult.Success;
    }
}
