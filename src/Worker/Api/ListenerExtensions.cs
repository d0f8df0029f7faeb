using Godwit.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Worker.Api;

/// <summary>The Worker's single, internal listener.</summary>
internal static class ListenerExtensions
{
    /// <summary>Listens where <see cref="ListenerOptions"/> says; off loopback only with a cluster secret.</summary>
    public static void AddListener(this WebApplicationBuilder builder) => builder.Services.AddInternalListener<ListenerOptions>(
        ListenerOptions.Section, ApiLimits.BodyBytes, options => (options.Bind, options.Port));
}
