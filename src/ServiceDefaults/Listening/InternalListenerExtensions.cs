using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>The single, internal listener of every program but the Gateway.</summary>
public static class InternalListenerExtensions
{
    /// <summary>Listens where the options say; off loopback only with a cluster secret.</summary>
    /// <typeparam name="T">Options of the program's listener.</typeparam>
    /// <param name="services">Services of the program.</param>
    /// <param name="section">Section of the options.</param>
    /// <param name="maxBodyBytes">Longest body of a request.</param>
    /// <param name="place">Address and port that the options name.</param>
    public static void AddInternalListener<T>(
        this IServiceCollection services, string section, long maxBodyBytes, Func<T, (string Bind, int Port)> place)
        where T : class
    {
        services.AddFeatureOptions<T>(section);
        services.AddSingleton<IValidateOptions<T>>(provider =>
            new SecretValidator<T>(provider.GetRequiredService<IOptions<ClusterOptions>>(), options => place(options).Bind));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<T>>((kestrel, listener) =>
        {
            (string bind, int port) = place(listener.Value);
            kestrel.SetLimits(maxBodyBytes);
            kestrel.Listen(ListenAddressAttribute.Parse(bind), port);
        });
    }

    private sealed class SecretValidator<T>(IOptions<ClusterOptions> cluster, Func<T, string> address) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            ListenAddressAttribute.TryParse(address(options)) is { } bind && cluster.Value.RefusesListener(bind) is { } refusal
                ? ValidateOptionsResult.Fail(refusal)
                : ValidateOptionsResult.Success;
    }
}
