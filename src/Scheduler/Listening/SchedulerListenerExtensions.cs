using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Listening;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Listening;

/// <summary>The Scheduler's single, internal listener.</summary>
internal static class SchedulerListenerExtensions
{
    private const long MaxBodyBytes = 1024 * 1024;

    public static void AddSchedulerListener(this IServiceCollection services)
    {
        services.AddFeatureOptions<SchedulerListenerOptions>(SchedulerListenerOptions.Section);
        services.AddSingleton<IValidateOptions<SchedulerListenerOptions>, SchedulerListenerValidator>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SchedulerListenerOptions>>((kestrel, listener) =>
        {
            kestrel.SetLimits(MaxBodyBytes);
            kestrel.Listen(ListenAddressAttribute.Parse(listener.Value.Bind), listener.Value.Port);
        });
    }

    private sealed class SchedulerListenerValidator(IOptions<ClusterOptions> cluster) : IValidateOptions<SchedulerListenerOptions>
    {
        public ValidateOptionsResult Validate(string? name, SchedulerListenerOptions options) =>
            ListenAddressAttribute.TryParse(options.Bind) is { } bind && cluster.Value.RefusesListener(bind) is { } refusal
                ? ValidateOptionsResult.Fail(refusal)
                : ValidateOptionsResult.Success;
    }
}
