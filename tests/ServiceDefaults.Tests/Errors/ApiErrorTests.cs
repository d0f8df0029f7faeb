using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;

namespace Godwit.ServiceDefaults.Tests.Errors;

public sealed class ApiErrorTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = TestHosts.Builder(("urls", "http://127.0.0.1:0"));
        builder.AddServiceDefaults("Test");
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.Response.Headers["x-request-id"] = "kept";
            return next(context);
        });
        _app.MapDefaultEndpoints();
        _app.MapPost("/post", () => "posted");
        _app.MapGet("/throws", string () => throw new InvalidOperationException("secret detail"));
        _app.MapGet("/busy", context => ApiErrors.WriteAsync(context, ApiError.Overloaded("It's full."), TimeSpan.FromMilliseconds(1500)));
        _app.MapGet("/soon", context => ApiErrors.WriteAsync(context, ApiError.Overloaded("Full."), TimeSpan.FromMilliseconds(40)));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = _app.AddressesOf()[0] };
    }

    [Fact]
    public async Task Version_is_the_products()
    {
        using JsonDocument answer = JsonDocument.Parse(await _client.GetStringAsync("/version"));
        Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?$", answer.RootElement.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("/nowhere", 404, "invalid_request_error", "not_found")]
    [InlineData("/post", 405, "invalid_request_error", "method_not_allowed")]
    [InlineData("/throws", 500, "server_error", "internal_error")]
    [InlineData("/busy", 503, "server_error", "server_is_overloaded")]
    public async Task Errors_have_openais_shape(string path, int status, string type, string code)
    {
        using HttpResponseMessage response = await _client.GetAsync(path);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("kept", response.Headers.GetValues("x-request-id").Single());
        Assert.False(response.Headers.Contains("Server"));
        JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal(["code", "message", "param", "type"], error.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal((type, code), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.Equal(JsonValueKind.Null, error.GetProperty("param").ValueKind);
        Assert.DoesNotContain("secret detail", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/busy", "2", "1500")]
    [InlineData("/soon", "1", "40")]
    public async Task Retry_after_is_a_whole_number_of_seconds_and_never_zero(string path, string seconds, string milliseconds)
    {
        using HttpResponseMessage response = await _client.GetAsync(path);
        Assert.Equal(seconds, response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(milliseconds, response.Headers.GetValues("retry-after-ms").Single());
    }

    [Fact]
    public async Task Health_and_metrics_answer()
    {
        Assert.Equal("""{"status":"ok"}""", await _client.GetStringAsync("/health"));
        Assert.Contains("process_cpu_seconds_total", await _client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
