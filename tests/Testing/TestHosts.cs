using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Testing;

/// <summary>Builds and starts the programs' real hosts, on free loopback ports.</summary>
public static class TestHosts
{
    /// <summary>A builder with that configuration, which logs nothing.</summary>
    public static WebApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Logging:Console:LogLevel:Default", "None")]);
        return builder;
    }

    /// <summary>Base addresses of a started host, in the order in which it was told to listen.</summary>
    public static Uri[] AddressesOf(this WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>Starts a small server that answers as <paramref name="map"/> says; for peers that tests play themselves.</summary>
    public static async Task<WebApplication> StartPeerAsync(Action<WebApplication> map)
    {
        WebApplicationBuilder builder = Builder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
