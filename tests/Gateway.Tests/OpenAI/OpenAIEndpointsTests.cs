using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.Contracts.Instances;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.OpenAI;

[Collection(RedisCollection.Name)]
public sealed class OpenAIEndpointsTests(RedisServers servers)
{
    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Models_are_those_of_the_registry_by_id(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        foreach ((string id, string model) in new[] { ("1", "zebra"), ("2", "org/apple"), ("3", "zebra") })
        {
            InstanceRegistration registration = TestInstances.Registration(id, model);
            await redis.BeatAsync(registration, TestInstances.Status(registration));
        }

        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        Assert.Equal(
            $$"""{"object":"list","data":[{{Object("org/apple")}},{{Object("zebra")}}]}""", await gateway.Client.GetStringAsync("/v1/models"));
        JsonElement one = await gateway.Client.GetFromJsonAsync<JsonElement>("/v1/models/org/apple");
        Assert.Equal("org/apple", one.GetProperty("id").GetString());
        using HttpResponseMessage none = await gateway.Client.GetAsync("/v1/models/pear");
        await AssertErrorAsync(none, 404, "model_not_found", "model");

        static string Object(string id) =>
            $$"""{"id":"{{id}}","object":"model","created":1700000000,"owned_by":"godwit","max_model_len":512,"""
            + $$"""
            "weights_digest":"{{new string('a', 64)}}"}
            """;
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/tokenize")]
    public async Task Bad_requests_are_refused_with_a_code_and_an_id(string path)
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:OpenAI:MaxBodyBytes", "2048"));
        await RefusesAsync(gateway, path, """{"model":"tiny"}""", "text/plain", 415, "unsupported_media_type");
        await RefusesAsync(gateway, path, """{"model":"tiny"}""", null, 415, "unsupported_media_type");
        await RefusesAsync(gateway, path, new string('x', 2049), "application/json", 413, "request_too_large");
        await RefusesAsync(gateway, path, "{", "application/json", 400, "invalid_json");
        await RefusesAsync(gateway, path, "{}", "application/json; charset=utf-8", 400, "missing_required_parameter", "model");
        await RefusesAsync(gateway, path, """{"model":7}""", "application/json;", 400, "invalid_value", "model");
        await RefusesAsync(gateway, path, """{"model":"never"}""", "application/json", 404, "model_not_found", "model");
    }

    [Fact]
    public async Task Tokenize_must_name_the_model_where_there_are_two()
    {
        await using RedisServer redis = await servers.OpenAsync();
        foreach (string model in new[] { "one", "two" })
        {
            InstanceRegistration registration = TestInstances.Registration(model, model);
            await redis.BeatAsync(registration, TestInstances.Status(registration));
        }

        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        await RefusesAsync(gateway, "/tokenize", """{"prompt":"a"}""", "application/json", 400, "missing_required_parameter", "model");
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis: null);
        using HttpResponseMessage path = await gateway.Client.GetAsync("/v1/nowhere");
        await AssertErrorAsync(path, 404, "not_found");
        using HttpResponseMessage method = await gateway.Client.GetAsync("/v1/chat/completions");
        await AssertErrorAsync(method, 405, "method_not_allowed");
        Assert.Equal(["POST"], method.Content.Headers.Allow);
    }

    [Fact]
    public async Task Usable_request_ids_are_kept_and_others_replaced()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis: null);
        Assert.Equal("a-Z_0.9", await IdAsync("a-Z_0.9"));
        Assert.Equal(new string('a', 64), await IdAsync(new string('a', 64)));
        Assert.Matches("^req_[0-9a-f]{32}$", await IdAsync(new string('a', 65)));
        Assert.Matches("^req_[0-9a-f]{32}$", await IdAsync("a b"));
        Assert.Matches("^req_[0-9a-f]{32}$", await IdAsync("a/b"));

        async Task<string> IdAsync(string given)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/health");
            request.Headers.TryAddWithoutValidation("x-request-id", given);
            using HttpResponseMessage response = await gateway.Client.SendAsync(request);
            return response.Headers.GetValues("x-request-id").Single();
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_known_model_without_an_instance_is_overloaded(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        InstanceRegistration registration = TestInstances.Registration("dead");
        await redis.BeatAsync(registration, TestInstances.Status(registration));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage ready = await gateway.Client.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("""{"status":"ready","models":["tiny"],"missing":[]}""", await ready.Content.ReadAsStringAsync());

        await redis.ExpireAsync("dead");
        await gateway.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 0);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny"}""");
        await AssertErrorAsync(response, 503, "server_is_overloaded");
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        using HttpResponseMessage notReady = await gateway.Client.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Contains("no instance is alive", await notReady.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draining_instance_takes_no_requests()
    {
        await using RedisServer redis = await servers.OpenAsync();
        InstanceRegistration registration = TestInstances.Registration("d");
        await redis.BeatAsync(registration, TestInstances.Status(registration) with { State = InstanceState.Draining });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny"}""");
        await AssertErrorAsync(response, 503, "server_is_overloaded");
    }

    [Fact]
    public async Task Before_the_registry_was_read_no_model_is_denied()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis: null);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny"}""");
        await AssertErrorAsync(response, 503, "server_is_overloaded");
        using HttpResponseMessage health = await gateway.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static async Task RefusesAsync(
        RunningGateway gateway, string path, string body, string? contentType, int status, string code, string? param = null)
    {
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = null;
        if (contentType is not null)
        {
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", contentType));
        }

        using HttpResponseMessage response = await gateway.Client.PostAsync(path, content);
        await AssertErrorAsync(response, status, code, param);
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string code, string? param = null)
    {
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        Assert.NotEmpty(response.Headers.GetValues("x-request-id").Single());
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal((code, param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }
}
