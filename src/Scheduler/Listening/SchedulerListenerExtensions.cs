using Godwit.ServiceDefaults.Listening;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Listening;

/// <summary>The Scheduler's single, internal listener.</summary>
internal static class SchedulerListenerExtensions
{
    private const long MaxBodyBytes = 1024 * 1024;

    public static void AddSchedulerListener(this IServiceCollection services) => services.AddInternalListener<SchedulerListenerOptions>(
        SchedulerListenerOptions.Section, MaxBodyBytes, options => (options.Bind, options.Port));
}
