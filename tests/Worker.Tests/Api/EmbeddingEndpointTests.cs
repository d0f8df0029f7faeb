using System.Net;
using System.Text.Json.Nodes;
using Godwit.Contracts.Frames;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Api;

/// <summary><c>POST /v1/embeddings</c>.</summary>
public sealed class EmbeddingEndpointTests : IAsyncLifetime
{
    private const string Path = "/v1/embeddings";
    private ApiHost _host = null!;

    public static TheoryData<string, string?, string> Refused => new()
    {
        { "", "input", "missing_required_parameter" },
        { "\"input\":null", "input", "missing_required_parameter" },
        { "\"input\":\"\"", "input", "invalid_value" },
        { "\"input\":[]", "input", "invalid_value" },
        { "\"input\":{}", "input", "invalid_value" },
        { "\"input\":7", "input", "invalid_value" },
        { "\"input\":[\"a\",\"\"]", "input[1]", "invalid_value" },
        { "\"input\":[null]", "input[0]", "invalid_value" },
        { "\"input\":[-1]", "input[0]", "invalid_value" },
        { "\"input\":[5,259]", "input[1]", "invalid_value" },
        { "\"input\":[1.5]", "input[0]", "invalid_value" },
        { "\"input\":[[1],\"a\"]", "input[1]", "invalid_value" },
        { "\"input\":[\"a\",[1]]", "input[1]", "invalid_value" },
        { "\"input\":[1,\"a\"]", "input[1]", "invalid_value" },
        { "\"input\":[[5],[]]", "input[1]", "invalid_value" },
        { "\"input\":[[5],[[6]]]", "input[1][0]", "invalid_value" },
        { "\"input\":\"\\ud800\"", null, "invalid_utf8" },
        { $"\"input\":[{string.Join(',', Enumerable.Repeat("\"a\"", 2049))}]", "input", "array_too_long" },
        { $"\"input\":[\"b\",\"{new string('a', ApiHost.ContextLength)}\"]", "input[1]", "context_length_exceeded" },
        { "\"input\":\"a\",\"encoding_format\":\"bytes\"", "encoding_format", "invalid_value" },
        { "\"input\":\"a\",\"encoding_format\":1", "encoding_format", "invalid_value" },
        { "\"input\":\"a\",\"dimensions\":0", "dimensions", "invalid_value" },
        { "\"input\":\"a\",\"dimensions\":-42", "dimensions", "invalid_value" },
        { "\"input\":\"a\",\"dimensions\":3", "dimensions", "invalid_value" },
        { "\"input\":\"a\",\"dimensions\":2.0", "dimensions", "invalid_value" },
        { "\"input\":\"a\",\"dimensions\":5", "dimensions", "invalid_value" },
        { "\"input\":\"a\",\"truncate_prompt_tokens\":0", "truncate_prompt_tokens", "invalid_value" },
    };

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Answer_has_OpenAIs_shape_and_unit_length()
    {
        JsonNode answer = await _host.PostForJsonAsync(Path, Body("\"input\":\"Hi\",\"user\":\"me\",\"stream\":true"));
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.23076923,0.30769232,0,0.9230769]}],"""
                + $"\"model\":\"{ApiHost.ModelId}\"" + ""","usage":{"prompt_tokens":3,"total_tokens":3}}""",
            answer.ToJsonString());
        GenerationRequest request = Assert.Single(_host.Engine.Requests);
        Assert.Equal(Pooling.Mean, request.Pooling);
        Assert.Equal(0, request.Sampling.MaxTokens);
        Assert.Equal([[ScriptedEngine.Bos, 'H' + ScriptedEngine.FirstByte, 'i' + ScriptedEngine.FirstByte]], request.Prompts);
    }

    [Theory]
    [InlineData("[\"a\",\"b\",\"c\"]", 6)]
    [InlineData("[[5],[6,7],[8]]", 4)]
    public async Task Answers_are_in_the_order_of_the_inputs_whatever_comes_first(string input, int tokens)
    {
        _host.Engine.Script = (request, outputs) =>
        {
            for (int choice = request.Prompts.Count - 1; choice >= 0; choice--)
            {
                outputs.TryWrite(new SequenceOutput(choice, 0, ArraySegment<int>.Empty, "", FinishReason.Length) { Embedding = [choice, 1, 0, 0] });
            }

            outputs.TryComplete();
        };
        JsonNode answer = await _host.PostForJsonAsync(Path, Body($"\"input\":{input}"));
        JsonArray data = answer["data"]!.AsArray();
        Assert.Equal([0, 1, 2], data.Select(item => (int)item!["index"]!));
        Assert.Equal([0, 0.70710677f, 0.8944272f], data.Select(item => (float)item!["embedding"]![0]!));
        Assert.Equal(tokens, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task Base64_is_the_same_numbers_as_little_endian_floats()
    {
        JsonNode numbers = await _host.PostForJsonAsync(Path, Body("\"input\":[5,6]"));
        JsonNode text = await _host.PostForJsonAsync(Path, Body("\"input\":[5,6],\"encoding_format\":\"base64\""));
        byte[] bytes = Convert.FromBase64String((string)text["data"]![0]!["embedding"]!);
        Assert.Equal(
            numbers["data"]![0]!["embedding"]!.AsArray().Select(entry => (float)entry!),
            bytes.Chunk(4).Select(entry => BitConverter.ToSingle(entry)));
    }

    [Fact]
    public async Task Dimensions_of_a_matryoshka_model_are_cut_and_normalised_again()
    {
        JsonNode answer = await _host.PostForJsonAsync(Path, Body("\"input\":\"Hi\",\"dimensions\":2"));
        Assert.Equal([0.6f, 0.8f], answer["data"]![0]!["embedding"]!.AsArray().Select(entry => (float)entry!));
    }

    [Fact]
    public async Task Dimensions_of_another_model_may_only_be_its_own()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with { Embedding = new EmbeddingShape(4, Pooling.Last) });
        await host.PostForJsonAsync(Path, Body("\"input\":\"Hi\",\"dimensions\":4"));
        JsonNode error = await ErrorAsync(host, Body("\"input\":\"Hi\",\"dimensions\":2"));
        Assert.Equal("'dimensions' is 2, but with the model 'test/model' it must be 4.", (string)error["message"]!);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("-1", ApiHost.ContextLength)]
    public async Task Long_input_can_be_truncated(string keep, int kept)
    {
        string input = new('a', ApiHost.ContextLength + 5);
        JsonNode answer = await _host.PostForJsonAsync(Path, Body($"\"input\":\"{input}\",\"truncate_prompt_tokens\":{keep}"));
        Assert.Equal(kept, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task Input_may_fill_the_context()
    {
        JsonNode answer = await _host.PostForJsonAsync(Path, Body($"\"input\":\"{new string('a', ApiHost.ContextLength - 1)}\""));
        Assert.Equal(ApiHost.ContextLength, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Bad_request_is_refused(string fields, string? param, string code)
    {
        JsonNode error = await ErrorAsync(_host, Body(fields));
        Assert.Equal(param, (string?)error["param"]);
        Assert.Equal(code, (string?)error["code"]);
        Assert.Empty(_host.Engine.Requests);
    }

    [Fact]
    public async Task More_numbers_than_an_answer_may_have_are_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with { Embedding = new EmbeddingShape(4096, Pooling.Mean) });
        string inputs = string.Join(',', Enumerable.Repeat("[5]", 1025));
        Assert.Equal("request_too_expensive", (string?)(await ErrorAsync(host, Body($"\"input\":[{inputs}]")))["code"]);
    }

    [Theory]
    [InlineData("float")]
    [InlineData("base64")]
    public async Task Hidden_states_that_are_no_numbers_are_a_fault_of_the_server(string format)
    {
        _host.Engine.Script = (_, outputs) =>
        {
            outputs.TryWrite(new SequenceOutput(0, 0, ArraySegment<int>.Empty, "", FinishReason.Length) { Embedding = [1, double.NaN, 0, 0] });
            outputs.TryComplete();
        };
        using HttpResponseMessage response = await _host.PostAsync(Path, Body($"\"input\":\"Hi\",\"encoding_format\":\"{format}\""));
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(("server_error", "internal_error"), ((string?)error["type"], (string?)error["code"]));
    }

    [Fact]
    public async Task Gateway_gets_a_frame_per_input_and_the_answer_in_the_last()
    {
        string body = Body("\"input\":[[5],[6]]");
        using HttpResponseMessage plain = await _host.PostAsync(Path, body, ApiHost.Ticket());
        List<Frame> frames = await _host.PostForFramesAsync(Path, body, ApiHost.Ticket());
        Assert.Equal([FrameFlags.ChoiceFinished, FrameFlags.ChoiceFinished, FrameFlags.Last], frames.Select(frame => frame.Flags));
        Assert.All(frames[..2], frame => Assert.True(frame.Payload.IsEmpty));
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), frames[2].Payload.ToArray());
    }

    private static string Body(string fields) => $"{{\"model\":\"{ApiHost.ModelId}\"{(fields.Length > 0 ? "," : "")}{fields}}}";

    private static async Task<JsonNode> ErrorAsync(ApiHost host, string body)
    {
        using HttpResponseMessage response = await host.PostAsync(Path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, text);
        return JsonNode.Parse(text)!["error"]!;
    }
}
