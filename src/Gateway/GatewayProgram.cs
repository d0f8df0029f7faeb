using Godwit.Gateway.Admin;
using Godwit.Gateway.Destinations;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Listening;
using Godwit.Gateway.OpenAI;
using Godwit.Gateway.Selection;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Gateway;

/// <summary>The Gateway: one OpenAI-compatible address in front of all instances. This is its table of contents.</summary>
public static class GatewayProgram
{
    /// <summary>Name of the program and of its configuration.</summary>
    public const string Name = "Gateway";

    /// <summary>Its configuration sections and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [GatewayListenerOptions.Section] = typeof(GatewayListenerOptions),
        [OpenAIOptions.Section] = typeof(OpenAIOptions),
        [DispatchClientOptions.Section] = typeof(DispatchClientOptions),
        [ForwardingOptions.Section] = typeof(ForwardingOptions),
        [SelectionOptions.Section] = typeof(SelectionOptions),
    };

    /// <summary>Builds the program on a builder whose configuration is complete; the caller runs and disposes it.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Name);
        builder.Services.AddGatewayListeners();
        builder.Services.AddInstanceRegistry(Name);
        builder.Services.AddDestinations();
        builder.Services.AddAdmin();
        builder.Services.AddDispatchClient();
        builder.Services.AddForwarding();
        builder.Services.AddSelection();
        builder.Services.AddOpenAI();

        WebApplication app = builder.Build();
        app.UseRequestIds();
        app.MapDefaultEndpoints();
        app.UseListenerSurfaces();
        app.UseAdminGuard();
        app.MapDestinations();
        app.MapAdmin();
        app.MapOpenAI();
        return app;
    }
}
