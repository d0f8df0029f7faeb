using System.Text;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Api;

/// <summary>Answers to clients that call the worker itself: shapes, order, usage.</summary>
public sealed class AnswerTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string ChatPath = "/v1/chat/completions";
    private const string TextPath = "/v1/completions";
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task A_chat_answer_has_OpenAIs_shape()
    {
        JsonNode answer = await _host.PostForJsonAsync(ChatPath, ApiHost.Chat());
        AssertKeys(answer, "choices", "created", "id", "model", "object", "system_fingerprint", "usage");
        Assert.Equal(("chat.completion", ApiHost.ModelId), ((string?)answer["object"], (string?)answer["model"]));
        JsonNode choice = Assert.Single(answer["choices"]!.AsArray())!;
        AssertKeys(choice, "finish_reason", "index", "logprobs", "message");
        AssertKeys(choice["message"]!, "content", "refusal", "role");
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.Equal(ScriptedEngine.TextOf(0), (string?)choice["message"]!["content"]);
        Assert.Null(choice["message"]!["refusal"]);
        Assert.Null(choice["logprobs"]);
        Assert.Equal("stop", (string?)choice["finish_reason"]);
        AssertUsage(answer["usage"]!, prompt: 9, completion: ScriptedEngine.TokensOf(0));
    }

    [Fact]
    public async Task A_text_answer_has_OpenAIs_shape()
    {
        JsonNode answer = await _host.PostForJsonAsync(TextPath, ApiHost.Text());
        AssertKeys(answer, "choices", "created", "id", "model", "object", "system_fingerprint", "usage");
        Assert.Equal("text_completion", (string?)answer["object"]);
        Assert.StartsWith("cmpl-req_", (string?)answer["id"], StringComparison.Ordinal);
        JsonNode choice = Assert.Single(answer["choices"]!.AsArray())!;
        AssertKeys(choice, "finish_reason", "index", "logprobs", "text");
        Assert.Equal(ScriptedEngine.TextOf(0), (string?)choice["text"]);
        AssertUsage(answer["usage"]!, prompt: 3, completion: ScriptedEngine.TokensOf(0));
    }

    [Theory]
    [InlineData(ChatPath, "chat.completion.chunk")]
    [InlineData(TextPath, "text_completion")]
    public async Task Chunks_share_their_head_and_come_in_OpenAIs_order(string path, string type)
    {
        bool chat = path == ChatPath;
        List<JsonNode> chunks = await _host.PostForEventsAsync(path, Body(path, "\"stream\":true"));
        foreach (JsonNode chunk in chunks)
        {
            AssertKeys(chunk, "choices", "created", "id", "model", "object", "system_fingerprint");
            Assert.Equal(type, (string?)chunk["object"]);
            Assert.Equal((string?)chunks[0]["id"], (string?)chunk["id"]);
            Assert.Equal((long)chunks[0]["created"]!, (long)chunk["created"]!);
            JsonNode choice = Assert.Single(chunk["choices"]!.AsArray())!;
            AssertKeys(choice, ["finish_reason", "index", "logprobs", chat ? "delta" : "text"]);
        }

        string[] told = [.. ScriptedEngine.Story.Where(piece => piece.Length > 0)];
        Assert.Equal(told.Length + (chat ? 2 : 1), chunks.Count);
        if (chat)
        {
            Assert.Equal("""{"role":"assistant","content":"","refusal":null}""", Choice(chunks[0])["delta"]!.ToJsonString());
            Assert.All(chunks[1..^1], chunk => AssertKeys(Choice(chunk)["delta"]!, "content"));
            AssertKeys(Choice(chunks[^1])["delta"]!);
        }

        Assert.Equal(told, chunks.SkipLast(1).Skip(chat ? 1 : 0).Select(chunk => TextIn(Choice(chunk))));
        Assert.All(chunks.SkipLast(1), chunk => Assert.Null(Choice(chunk)["finish_reason"]));
        Assert.Equal("stop", (string?)Choice(chunks[^1])["finish_reason"]);
    }

    [Theory]
    [InlineData(ChatPath, 9)]
    [InlineData(TextPath, 3)]
    public async Task Usage_comes_last_when_asked_for_and_is_null_before(string path, int promptTokens)
    {
        List<JsonNode> chunks =
            await _host.PostForEventsAsync(path, Body(path, "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        Assert.All(chunks.SkipLast(1), chunk => Assert.True(chunk.AsObject().TryGetPropertyValue("usage", out JsonNode? u) && u is null));
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        AssertUsage(chunks[^1]["usage"]!, promptTokens, ScriptedEngine.TokensOf(0));
    }

    [Theory]
    [InlineData(ChatPath)]
    [InlineData(TextPath)]
    public async Task Joined_chunks_equal_the_whole_answer_for_each_of_several_choices(string path)
    {
        JsonNode whole = await _host.PostForJsonAsync(path, Body(path, "\"n\":3"));
        List<JsonNode> chunks = await _host.PostForEventsAsync(path, Body(path, "\"n\":3,\"stream\":true"));
        Assert.Equal(3, whole["choices"]!.AsArray().Count);
        for (int i = 0; i < 3; i++)
        {
            JsonNode choice = whole["choices"]![i]!;
            JsonNode[] parts = [.. chunks.Select(Choice).Where(c => (int)c["index"]! == i)];
            Assert.Equal(i, (int)choice["index"]!);
            Assert.Equal(ScriptedEngine.TextOf(i), TextIn(choice));
            Assert.Equal(ScriptedEngine.TextOf(i), string.Concat(parts.Select(TextIn)));
            string finish = Assert.Single(parts, c => c["finish_reason"] is not null)["finish_reason"]!.GetValue<string>();
            Assert.Equal((string?)choice["finish_reason"], finish);
            Assert.Equal(i % 2 == 0 ? "stop" : "length", finish);
        }
    }

    [Fact]
    public async Task Usage_counts_a_prompt_once_and_every_choice()
    {
        JsonNode answer = await _host.PostForJsonAsync(TextPath, ApiHost.Text("\"n\":2", "[[5,6],[7]]"));
        Assert.Equal([0, 1, 2, 3], answer["choices"]!.AsArray().Select(c => (int)c!["index"]!));
        AssertUsage(answer["usage"]!, prompt: 3, completion: Enumerable.Range(0, 4).Sum(ScriptedEngine.TokensOf));
    }

    [Fact]
    public async Task A_stream_has_the_headers_that_keep_it_flowing_and_readable_bytes()
    {
        using HttpResponseMessage response = await _host.PostAsync(ChatPath, ApiHost.Chat("\"stream\":true"));
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
        string text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        Assert.Contains(" a grüße", text, StringComparison.Ordinal);
        Assert.Contains(" 雪", text, StringComparison.Ordinal);
        Assert.Contains(""" \"<end>\"\n""", text, StringComparison.Ordinal);
    }

    private static string Body(string path, string fields) => path == ChatPath ? ApiHost.Chat(fields) : ApiHost.Text(fields);

    private static JsonNode Choice(JsonNode chunk) => chunk["choices"]![0]!;

    private static string? TextIn(JsonNode choice) => (string?)(choice["text"] ?? (choice["delta"] ?? choice["message"])?["content"]);

    private static void AssertKeys(JsonNode node, params string[] keys) =>
        Assert.Equal(keys.Order(), node.AsObject().Select(p => p.Key).Order());

    private static void AssertUsage(JsonNode usage, int prompt, int completion)
    {
        AssertKeys(usage, "completion_tokens", "prompt_tokens", "prompt_tokens_details", "total_tokens");
        Assert.Equal(
            (prompt, completion, prompt + completion),
            ((int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (int)usage["total_tokens"]!));
        Assert.Equal("""{"cached_tokens":0}""", usage["prompt_tokens_details"]!.ToJsonString());
    }
}
