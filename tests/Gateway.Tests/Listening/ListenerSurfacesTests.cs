using System.Net;
using Godwit.Gateway.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Tests.Listening;

public sealed class ListenerSurfacesTests
{
    [Theory]
    [InlineData("127.0.0.1", false, "/v1/models", true)]
    [InlineData("127.0.0.1", false, "/metrics", true)]
    [InlineData("127.0.0.1", false, "/instances", true)]
    [InlineData("0.0.0.0", false, "/v1/models", true)]
    [InlineData("0.0.0.0", false, "/health", true)]
    [InlineData("0.0.0.0", false, "/metrics", false)]
    [InlineData("0.0.0.0", false, "/METRICS", false)]
    [InlineData("0.0.0.0", false, "/instances", false)]
    [InlineData("0.0.0.0", false, "/instances/a/drain", false)]
    [InlineData("0.0.0.0", false, "/requests/r/migrate", false)]
    [InlineData("0.0.0.0", false, "/policy", false)]
    [InlineData("0.0.0.0", false, "/explain/r", false)]
    [InlineData("127.0.0.1", false, "/policy", true)]
    [InlineData("0.0.0.0", true, "/explain/r", true)]
    [InlineData("0.0.0.0", true, "/metrics", true)]
    [InlineData("0.0.0.0", true, "/instances", true)]
    [InlineData("127.0.0.1", true, "/ready", true)]
    [InlineData("127.0.0.1", true, "/v1/models", false)]
    [InlineData("0.0.0.0", false, "/tokenize", true)]
    [InlineData("0.0.0.0", false, "/version", true)]
    [InlineData("127.0.0.1", true, "/detokenize", false)]
    public async Task Each_listener_shows_what_is_meant_for_it(string bind, bool isAdmin, string path, bool shown)
    {
        bool passed = false;
        ListenerSurfaces surfaces = new(
            _ =>
            {
                passed = true;
                return Task.CompletedTask;
            },
            Options.Create(new GatewayListenerOptions { Bind = bind }));
        DefaultHttpContext context = new() { Request = { Method = "GET", Path = path } };
        if (isAdmin)
        {
            context.Features.Set(AdminListenerFeature.Instance);
        }

        await surfaces.InvokeAsync(context);
        Assert.Equal((shown, shown ? 200 : 404), (passed, context.Response.StatusCode));
    }

    [Fact]
    public async Task The_two_listeners_are_told_apart()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis: null);
        using HttpResponseMessage api = await gateway.Client.GetAsync("/v1/models");
        using HttpResponseMessage apiOnAdmin = await gateway.Admin.GetAsync("/v1/models");
        using HttpResponseMessage metrics = await gateway.Admin.GetAsync("/metrics");
        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK), (api.StatusCode, apiOnAdmin.StatusCode, metrics.StatusCode));
    }
}
