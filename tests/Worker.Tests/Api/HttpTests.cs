using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Api;

/// <summary>Models, paths, methods, media types, sizes and headers.</summary>
public sealed class HttpTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task Models_are_listed_in_OpenAIs_shape()
    {
        JsonNode list = JsonNode.Parse(await _host.Client.GetStringAsync("/v1/models"))!;
        Assert.Equal("list", (string?)list["object"]);
        JsonObject model = Assert.Single(list["data"]!.AsArray())!.AsObject();
        Assert.Equal(["created", "id", "max_model_len", "object", "owned_by"], model.Select(p => p.Key).Order());

        JsonNode same = JsonNode.Parse(await _host.Client.GetStringAsync($"/v1/models/{ApiHost.ModelId}"))!;
        Assert.True(JsonNode.DeepEquals(model, same));
        Assert.Equal(
            (ApiHost.ModelId, "model", 1_700_000_000, ApiHost.ContextLength),
            ((string?)same["id"], (string?)same["object"], (int)same["created"]!, (int)same["max_model_len"]!));
    }

    [Theory]
    [InlineData("/v1/models/gpt-4")]
    [InlineData("/v1/models/..%2f..%2fetc")]
    public async Task An_unknown_model_is_not_found(string path)
    {
        using HttpResponseMessage response = await _host.Client.GetAsync(path);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Theory]
    [InlineData("/v1/")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/chat/completions/x")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        using HttpResponseMessage response = await _host.Client.GetAsync(path);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.NotFound, "not_found", null);
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST")]
    [InlineData("DELETE", "/v1/completions", "POST")]
    [InlineData("POST", "/v1/models", "GET")]
    [InlineData("DELETE", "/v1/models/test/model", "GET")]
    public async Task A_wrong_method_is_told_the_right_one(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        Assert.Equal([allowed], response.Content.Headers.Allow);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "method_not_allowed", null);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("text/plain", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "gzip")]
    public async Task Only_plain_JSON_is_taken(string? contentType, string? encoding)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(ApiHost.Chat()));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using HttpResponseMessage response = await _host.Client.PostAsync("/v1/chat/completions", content);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", null);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    public async Task JSON_with_and_without_a_charset_is_taken(string contentType)
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(ApiHost.Chat())]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using HttpResponseMessage response = await _host.Client.PostAsync("/v1/chat/completions", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_up_to_the_limit_is_read_and_a_larger_one_refused()
    {
        const int Limit = 8 * 1024 * 1024;
        string frame = ApiHost.Chat("\"x\":\"\"");
        string full = ApiHost.Chat($"\"x\":\"{new string('x', Limit - frame.Length)}\"");
        await _host.PostForJsonAsync("/v1/chat/completions", full);

        // The server may hang up on a client that is still sending, so this one sends headers first and waits for permission.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(full + " ", Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.RequestEntityTooLarge, "request_too_large", null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_answer_says_who_gave_it(bool good)
    {
        using HttpResponseMessage response = await _host.PostAsync("/v1/chat/completions", ApiHost.Chat(good ? "" : "\"n\":0"));
        Assert.Equal(good, response.IsSuccessStatusCode);
        Assert.Equal([ApiHost.ModelId], response.Headers.GetValues("x-godwit-model"));
        Assert.Equal(["worker-1"], response.Headers.GetValues("x-godwit-instance"));
        Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my.request_1-A", true)]
    [InlineData("with space", false)]
    [InlineData("a/b", false)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", false)]
    public async Task A_good_request_id_is_kept_and_any_other_replaced(string id, bool kept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(ApiHost.Chat(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-request-id", id);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        string answered = response.Headers.GetValues("x-request-id").Single();
        Assert.Equal(kept, answered == id);
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("chatcmpl-" + answered, (string?)body["id"]);
    }
}
