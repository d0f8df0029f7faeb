using System.Net;
using Godwit.Gateway.OpenAI;
using Godwit.ServiceDefaults.Listening;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Listening;

/// <summary>The Gateway's two listeners, and what each of them shows.</summary>
internal static partial class GatewayListenerExtensions
{
    public static void AddGatewayListeners(this IServiceCollection services)
    {
        services.AddFeatureOptions<GatewayListenerOptions>(GatewayListenerOptions.Section);
        services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<GatewayListenerOptions>, IOptions<OpenAIOptions>, ILogger<ListenerSurfaces>>(Configure);
    }

    public static void UseListenerSurfaces(this WebApplication app) => app.UseMiddleware<ListenerSurfaces>();

    private static void Configure(
        KestrelServerOptions kestrel, IOptions<GatewayListenerOptions> options, IOptions<OpenAIOptions> api, ILogger<ListenerSurfaces> logger)
    {
        kestrel.SetLimits(api.Value.MaxBodyBytes);
        IPAddress bind = ListenAddressAttribute.Parse(options.Value.Bind);
        IPAddress adminBind = ListenAddressAttribute.Parse(options.Value.AdminBind);
        kestrel.Listen(bind, options.Value.Port);
        kestrel.Listen(adminBind, options.Value.AdminPort, listen => listen.Use(next => connection =>
        {
            connection.Features.Set(AdminListenerFeature.Instance);
            return next(connection);
        }));
        foreach (IPAddress open in new[] { bind, adminBind }.Where(address => !IPAddress.IsLoopback(address)).Distinct())
        {
            LogOpen(logger, open);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Listening on {Address}, which other machines can reach, and there are no API keys: whoever reaches it may use it")]
    private static partial void LogOpen(ILogger logger, IPAddress address);
}
