using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Contracts.Frames;
using Godwit.Worker.Api;

namespace Godwit.Worker.Tests.Api;

/// <summary><c>POST /tokenize</c> and <c>POST /detokenize</c>.</summary>
public sealed class TokenEndpointsTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ApiHost _host = fixture.Host;

    public static TheoryData<string, string, string?, string> Refused => new()
    {
        { "/tokenize", "{}", "prompt", "missing_required_parameter" },
        { "/tokenize", """{"prompt":null}""", "prompt", "missing_required_parameter" },
        { "/tokenize", """{"prompt":["a"]}""", "prompt", "invalid_value" },
        { "/tokenize", """{"prompt":"\ud800"}""", null, "invalid_utf8" },
        { "/tokenize", """{"prompt":"a","messages":[]}""", "prompt", "invalid_value" },
        { "/tokenize", """{"messages":[]}""", "messages", "invalid_value" },
        { "/tokenize", """{"messages":[{"role":"user"}]}""", "messages[0].content", "missing_required_parameter" },
        { "/tokenize", """{"prompt":"a","add_special_tokens":1}""", "add_special_tokens", "invalid_value" },
        { "/tokenize", """{"prompt":"a","return_token_strs":"yes"}""", "return_token_strs", "invalid_value" },
        { "/tokenize", """{"prompt":"a","model":7}""", "model", "invalid_value" },
        { "/tokenize", """[]""", null, "invalid_json" },
        { "/detokenize", "{}", "tokens", "missing_required_parameter" },
        { "/detokenize", """{"tokens":"5"}""", "tokens", "invalid_value" },
        { "/detokenize", """{"tokens":[-1]}""", "tokens[0]", "invalid_value" },
        { "/detokenize", """{"tokens":[5,259]}""", "tokens[1]", "invalid_value" },
        { "/detokenize", """{"tokens":[1.5]}""", "tokens[0]", "invalid_value" },
        { "/detokenize", """{"tokens":[[5]]}""", "tokens[0]", "invalid_value" },
        {
            "/detokenize",
            $"{{\"tokens\":[5{string.Concat(Enumerable.Repeat(",5", ApiLimits.ListedTokens))}]}}",
            "tokens",
            "request_too_expensive"
        },
    };

    [Theory]
    [InlineData("""{"prompt":"Hi"}""", """{"count":3,"max_model_len":200,"tokens":[1,75,108],"token_strs":null}""")]
    [InlineData("""{"prompt":"Hi","add_special_tokens":false}""", """{"count":2,"max_model_len":200,"tokens":[75,108],"token_strs":null}""")]
    [InlineData("""{"prompt":"","model":"test/model"}""", """{"count":1,"max_model_len":200,"tokens":[1],"token_strs":null}""")]
    [InlineData(
        """{"prompt":"H","return_token_strs":true}""", """{"count":2,"max_model_len":200,"tokens":[1,75],"token_strs":["<1>","<75>"]}""")]
    public async Task Text_has_vLLMs_shape(string body, string expected) =>
        Assert.Equal(expected, (await _host.PostForJsonAsync("/tokenize", body)).ToJsonString(s_readable));

    [Fact]
    public async Task Chat_has_the_tokens_of_its_prompt()
    {
        JsonNode chat = await _host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat("\"return_token_ids\":true"));
        JsonNode tokens = await _host.PostForJsonAsync("/tokenize", """{"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(chat["prompt_token_ids"]!.ToJsonString(), tokens["tokens"]!.ToJsonString());
        JsonNode bare = await _host.PostForJsonAsync(
            "/tokenize", """{"messages":[{"role":"user","content":"Hi"}],"add_special_tokens":false}""");
        Assert.Equal((int)tokens["count"]! - 1, (int)bare["count"]!);
    }

    [Fact]
    public async Task Detokenize_gives_back_the_text()
    {
        JsonNode tokens = await _host.PostForJsonAsync("/tokenize", """{"prompt":"a grüße 雪🦩 \"<end>\"","add_special_tokens":false}""");
        JsonNode text = await _host.PostForJsonAsync("/detokenize", $"{{\"tokens\":{tokens["tokens"]!.ToJsonString()}}}");
        Assert.Equal("a grüße 雪🦩 \"<end>\"", (string?)text["prompt"]);
        Assert.Equal("", (string?)(await _host.PostForJsonAsync("/detokenize", """{"tokens":[]}"""))["prompt"]);
        Assert.Equal("<s>H", (string?)(await _host.PostForJsonAsync("/detokenize", """{"tokens":[1,75]}"""))["prompt"]);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Bad_request_is_refused(string path, string body, string? param, string code)
    {
        using HttpResponseMessage response = await _host.PostAsync(path, body);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, code, param);
    }

    [Theory]
    [InlineData("/tokenize", """{"model":"other","prompt":"a"}""")]
    [InlineData("/detokenize", """{"model":"other","tokens":[5]}""")]
    public async Task Another_model_is_not_found(string path, string body)
    {
        using HttpResponseMessage response = await _host.PostAsync(path, body);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Fact]
    public async Task Longest_body_of_one_byte_tokens_is_refused_not_sent()
    {
        string text = new('a', ApiLimits.BodyBytes - 100);
        using HttpResponseMessage response = await _host.PostAsync("/tokenize", $"{{\"prompt\":\"{text}\"}}");
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, "request_too_expensive", null);
    }

    [Fact]
    public async Task Gateway_gets_the_answer_in_one_last_frame()
    {
        const string Body = """{"prompt":"Hi"}""";
        using HttpResponseMessage plain = await _host.PostAsync("/tokenize", Body);
        Frame frame = Assert.Single(await _host.PostForFramesAsync("/tokenize", Body, ApiHost.Ticket()));
        Assert.Equal(FrameFlags.Last, frame.Flags);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), frame.Payload.ToArray());
    }
}
