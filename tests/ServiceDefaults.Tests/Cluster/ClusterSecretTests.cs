using System.Net;
using Godwit.Contracts.Frames;
using Godwit.ServiceDefaults.Cluster;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Tests.Cluster;

public sealed class ClusterSecretTests
{
    private const string Secret = "0123456789abcdef-secret";

    [Theory]
    [InlineData("/inside", null, HttpStatusCode.Forbidden)]
    [InlineData("/inside", "", HttpStatusCode.Forbidden)]
    [InlineData("/inside", "0123456789abcdef-secre", HttpStatusCode.Forbidden)]
    [InlineData("/inside", "0123456789abcdef-secret2", HttpStatusCode.Forbidden)]
    [InlineData("/nowhere", null, HttpStatusCode.Forbidden)]
    [InlineData("/healthy", null, HttpStatusCode.Forbidden)]
    [InlineData("/inside", Secret, HttpStatusCode.OK)]
    [InlineData("/health", null, HttpStatusCode.OK)]
    [InlineData("/metrics", null, HttpStatusCode.OK)]
    public async Task Only_health_and_metrics_go_without_the_secret(string path, string? given, HttpStatusCode expected)
    {
        await using WebApplication app = await StartAsync(Secret);
        using HttpClient client = new() { BaseAddress = app.AddressesOf()[0] };
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (given is not null)
        {
            request.Headers.TryAddWithoutValidation(InternalHeaders.ClusterSecret, given);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
        {
            Assert.Contains("\"code\":\"forbidden\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_configured_secret_none_is_wanted()
    {
        await using WebApplication app = await StartAsync(secret: null);
        using HttpClient client = new() { BaseAddress = app.AddressesOf()[0] };
        Assert.Equal("in", await client.GetStringAsync("/inside"));
    }

    [Theory]
    [InlineData(null, "127.0.0.1", true)]
    [InlineData(null, "::1", true)]
    [InlineData(null, "0.0.0.0", false)]
    [InlineData(null, "192.0.2.1", false)]
    [InlineData(Secret, "0.0.0.0", true)]
    public void Without_a_secret_only_loopback_may_be_listened_on(string? secret, string bind, bool allowed) =>
        Assert.Equal(allowed, new ClusterOptions { Secret = secret }.RefusesListener(IPAddress.Parse(bind)) is null);

    [Theory]
    [InlineData("Secret", "short")]
    [InlineData("Secret", "sixteen letters with spaces")]
    [InlineData("Redis", "no-port")]
    [InlineData("Redis", "host:port")]
    [InlineData("Redis", "a:1,b:2")]
    [InlineData("Reddis", "host:1")]
    public async Task Bad_options_are_refused_at_start(string key, string value)
    {
        WebApplicationBuilder builder = TestHosts.Builder(($"{ClusterOptions.Section}:{key}", value), ("urls", "http://127.0.0.1:0"));
        builder.AddServiceDefaults("Test");
        await using WebApplication app = builder.Build();
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());
        Assert.True(error is OptionsValidationException or InvalidOperationException, error.ToString());
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(string? secret)
    {
        WebApplicationBuilder builder = TestHosts.Builder(($"{ClusterOptions.Section}:Secret", secret), ("urls", "http://127.0.0.1:0"));
        builder.AddServiceDefaults("Test");
        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapGet("/inside", () => "in");
        await app.StartAsync();
        return app;
    }
}
