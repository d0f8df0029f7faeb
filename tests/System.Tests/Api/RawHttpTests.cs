using System.Net;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Api;

[Collection(SharedGodwit.Collection)]
public sealed class RawHttpTests(SharedGodwit shared) : IDisposable
{
    private readonly ApiCalls _api = new(shared.Api);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task Completion_UnknownModel_Is404()
    {
        using HttpResponseMessage response = await _api.CompletionAsync("gpt-unknown", 4, stream: false);
        (string code, string message) = await ApiCalls.ErrorAsync(response);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("model_not_found", code);
        Assert.Contains("gpt-unknown", message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"model":"stories260k","messages":[}""")]
    public async Task Chat_MalformedJson_Is400(string body)
    {
        using HttpResponseMessage response = await _api.PostAsync("/v1/chat/completions", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty((await ApiCalls.ErrorAsync(response)).Message);
    }

    [Fact]
    public async Task Completion_PromptBeyondTheContext_NamesTheContext()
    {
        string prompt = string.Concat(Enumerable.Repeat("once upon a time ", 2000));
        using HttpResponseMessage response = await _api.PostAsync(
            "/v1/completions", $$"""{"model":"stories260k","prompt":"{{prompt}}","max_tokens":1}""");
        (string code, string message) = await ApiCalls.ErrorAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("context_length_exceeded", code);
        Assert.Contains("512", message);
    }

    [Fact]
    public async Task Completion_Streamed_EndsWithDone()
    {
        using HttpResponseMessage response = await _api.CompletionAsync("babyllama", 8, stream: true);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.Contains("x-request-id"));
        string body = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("data: [DONE]\n\n", body);
        Assert.True(body.Split("data: {").Length > 6, body);
    }
}
