using Godwit.ServiceDefaults.Listening;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Router.Listening;

/// <summary>The Router's single, internal listener.</summary>
internal static class RouterListenerExtensions
{
    // As long as the Gateway's own bodies may be: a prompt that it takes must not fail here.
    private const long MaxBodyBytes = 16 * 1024 * 1024;

    public static void AddRouterListener(this IServiceCollection services) => services.AddInternalListener<RouterListenerOptions>(
        RouterListenerOptions.Section, MaxBodyBytes, options => (options.Bind, options.Port));
}
