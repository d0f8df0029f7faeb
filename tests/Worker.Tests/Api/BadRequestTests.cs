using System.Net;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Api;

/// <summary>What a client may send wrong, and what it is told.</summary>
public sealed class BadRequestTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private readonly ApiHost _host = fixture.Host;

    public static TheoryData<string, string?> InvalidValues => new()
    {
        { "\"temperature\":-0.1", "temperature" },
        { "\"temperature\":2.01", "temperature" },
        { "\"temperature\":\"NaN\"", "temperature" },
        { "\"temperature\":1e400", "temperature" },
        { "\"temperature\":[]", "temperature" },
        { "\"temperature\":true", "temperature" },
        { "\"top_p\":-0.1", "top_p" },
        { "\"top_p\":0", "top_p" },
        { "\"top_p\":1.01", "top_p" },
        { "\"top_k\":-2", "top_k" },
        { "\"top_k\":1.5", "top_k" },
        { "\"top_k\":1000000000", "top_k" },
        { "\"min_p\":-0.01", "min_p" },
        { "\"min_p\":1.01", "min_p" },
        { "\"frequency_penalty\":2.01", "frequency_penalty" },
        { "\"frequency_penalty\":\"0\"", "frequency_penalty" },
        { "\"presence_penalty\":-2.01", "presence_penalty" },
        { "\"repetition_penalty\":0", "repetition_penalty" },
        { "\"repetition_penalty\":-1", "repetition_penalty" },
        { "\"repetition_penalty\":1001", "repetition_penalty" },
        { "\"logit_bias\":[]", "logit_bias" },
        { "\"logit_bias\":{\"-1\":1}", "logit_bias" },
        { "\"logit_bias\":{\"259\":1}", "logit_bias" },
        { "\"logit_bias\":{\"x\":1}", "logit_bias" },
        { "\"logit_bias\":{\"2147483648\":1}", "logit_bias" },
        { "\"logit_bias\":{\"5\":101}", "logit_bias" },
        { "\"logit_bias\":{\"5\":-101}", "logit_bias" },
        { "\"logit_bias\":{\"5\":1e400}", "logit_bias" },
        { "\"logit_bias\":{\"5\":\"1\"}", "logit_bias" },
        { "\"logit_bias\":{\"5\":null}", "logit_bias" },
        { $"\"logit_bias\":{{{string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"0{i}\":1"))}}}", "logit_bias" },
        { "\"allowed_token_ids\":[]", "allowed_token_ids" },
        { "\"allowed_token_ids\":{}", "allowed_token_ids" },
        { "\"allowed_token_ids\":[1,null]", "allowed_token_ids[1]" },
        { "\"allowed_token_ids\":[259]", "allowed_token_ids[0]" },
        { "\"bad_words\":\"x\"", "bad_words" },
        { "\"bad_words\":[\"a\",\"\"]", "bad_words[1]" },
        { "\"bad_words\":[7]", "bad_words[0]" },
        { $"\"bad_words\":[{string.Join(',', Enumerable.Repeat("\"a\"", 257))}]", "bad_words" },
        { "\"min_tokens\":-1", "min_tokens" },
        { "\"min_tokens\":6,\"max_tokens\":5", "min_tokens" },
        { "\"prompt_logprobs\":21", "prompt_logprobs" },
        { "\"prompt_logprobs\":-1", "prompt_logprobs" },
        { "\"prompt_logprobs\":1,\"stream\":true", "prompt_logprobs" },
        { "\"truncate_prompt_tokens\":0", "truncate_prompt_tokens" },
        { "\"truncate_prompt_tokens\":-2", "truncate_prompt_tokens" },
        { "\"skip_special_tokens\":1", "skip_special_tokens" },
        { "\"return_token_ids\":\"yes\"", "return_token_ids" },
        { "\"include_stop_str_in_output\":0", "include_stop_str_in_output" },
        { "\"max_tokens\":0", "max_tokens" },
        { "\"max_tokens\":-1", "max_tokens" },
        { "\"max_tokens\":2147483648", "max_tokens" },
        { "\"max_tokens\":\"7\"", "max_tokens" },
        { "\"max_tokens\":1.0", "max_tokens" },
        { "\"max_tokens\":1e2", "max_tokens" },
        { "\"max_tokens\":5,\"max_completion_tokens\":6", "max_tokens" },
        { "\"max_completion_tokens\":0", "max_completion_tokens" },
        { "\"n\":0", "n" },
        { "\"n\":-1", "n" },
        { "\"n\":129", "n" },
        { "\"n\":1000000000", "n" },
        { "\"seed\":1e20", "seed" },
        { "\"seed\":9223372036854775808", "seed" },
        { "\"seed\":1.5", "seed" },
        { "\"seed\":\"1\"", "seed" },
        { "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop" },
        { "\"stop\":\"\"", "stop" },
        { "\"stop\":[\"a\",\"\"]", "stop[1]" },
        { "\"stop\":[null]", "stop[0]" },
        { "\"stop\":7", "stop" },
        { $"\"stop\":\"{new string('x', 1025)}\"", "stop" },
        { "\"stop_token_ids\":7", "stop_token_ids" },
        { "\"stop_token_ids\":[null]", "stop_token_ids[0]" },
        { "\"stop_token_ids\":[1,259]", "stop_token_ids[1]" },
        { "\"ignore_eos\":1", "ignore_eos" },
        { "\"stream\":\"true\"", "stream" },
        { "\"stream_options\":{\"include_usage\":true}", "stream_options" },
        { "\"stream\":false,\"stream_options\":{}", "stream_options" },
        { "\"stream\":true,\"stream_options\":[]", "stream_options" },
        { "\"stream\":true,\"stream_options\":{\"include_usage\":1}", "stream_options.include_usage" },
        { "\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":1}", "stream_options.continuous_usage_stats" },
        { "\"logprobs\":\"yes\"", "logprobs" },
        { "\"priority\":101", "priority" },
        { "\"priority\":-101", "priority" },
    };

    [Theory]
    [MemberData(nameof(InvalidValues))]
    public async Task Wrong_values_are_refused_with_the_name_of_the_field(string fields, string? param)
    {
        await AssertErrorAsync("/v1/chat/completions", ApiHost.Chat(fields), HttpStatusCode.BadRequest, "invalid_value", param);
        await AssertErrorAsync("/v1/completions", ApiHost.Text(fields), HttpStatusCode.BadRequest, "invalid_value", param);
    }

    [Theory]
    [InlineData("\"suffix\":\"x\"", "suffix")]
    [InlineData("\"functions\":[]", "functions")]
    [InlineData("\"function_call\":{\"name\":\"f\"}", "function_call")]
    [InlineData("\"guided_grammar\":\"root ::= x\"", "guided_grammar")]
    [InlineData("\"guided_whitespace_pattern\":\"x\"", "guided_whitespace_pattern")]
    [InlineData("\"structured_outputs\":{\"structural_tag\":\"x\"}", "structured_outputs.structural_tag")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities")]
    [InlineData("\"prompt_embeds\":\"AA==\"", "prompt_embeds")]
    public async Task What_is_not_served_is_refused(string fields, string param)
    {
        await AssertErrorAsync("/v1/chat/completions", ApiHost.Chat(fields), HttpStatusCode.BadRequest, "unsupported_parameter", param);
        await AssertErrorAsync("/v1/completions", ApiHost.Text(fields), HttpStatusCode.BadRequest, "unsupported_parameter", param);
    }

    [Theory]
    [InlineData("\"logprobs\":0", "logprobs", "invalid_value")]
    [InlineData("\"logprobs\":5", "logprobs", "invalid_value")]
    [InlineData("\"top_logprobs\":5", "top_logprobs", "invalid_value")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":1", "top_logprobs", "invalid_value")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":21", "top_logprobs", "invalid_value")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":-1", "top_logprobs", "invalid_value")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":1000000", "top_logprobs", "invalid_value")]
    [InlineData("\"max_tokens\":0,\"prompt_logprobs\":1", "max_tokens", "invalid_value")]
    [InlineData("\"echo\":true", "echo", "unsupported_parameter")]
    [InlineData("\"best_of\":2", "best_of", "unsupported_parameter")]
    public async Task What_chat_does_not_take_is_refused(string fields, string param, string code) =>
        await AssertErrorAsync("/v1/chat/completions", ApiHost.Chat(fields), HttpStatusCode.BadRequest, code, param);

    [Theory]
    [InlineData("\"logprobs\":true", "logprobs", "invalid_value")]
    [InlineData("\"logprobs\":21", "logprobs", "invalid_value")]
    [InlineData("\"logprobs\":-1", "logprobs", "invalid_value")]
    [InlineData("\"top_logprobs\":5", "top_logprobs", "unsupported_parameter")]
    [InlineData("\"tools\":[]", "tools", "unsupported_parameter")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice", "unsupported_parameter")]
    [InlineData("\"echo\":1", "echo", "invalid_value")]
    [InlineData("\"best_of\":0", "best_of", "invalid_value")]
    [InlineData("\"best_of\":129", "best_of", "invalid_value")]
    [InlineData("\"best_of\":2,\"n\":3", "best_of", "invalid_value")]
    [InlineData("\"best_of\":2,\"stream\":true", "best_of", "invalid_value")]
    [InlineData("\"best_of\":128,\"max_tokens\":100000", "best_of", "request_too_expensive")]
    public async Task What_completions_do_not_take_is_refused(string fields, string param, string code) =>
        await AssertErrorAsync("/v1/completions", ApiHost.Text(fields), HttpStatusCode.BadRequest, code, param);

    [Theory]
    [InlineData("\"n\":128,\"max_tokens\":2147483647", "\"Hi\"")]
    [InlineData("\"n\":65", "[[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5],[5]]")]
    public async Task More_than_one_request_may_ask_for_is_refused(string fields, string prompt) => await AssertErrorAsync(
        "/v1/completions", ApiHost.Text(fields, prompt), HttpStatusCode.BadRequest, "request_too_expensive", "n");

    [Theory]
    [InlineData("null", "messages", "missing_required_parameter")]
    [InlineData("\"Hi\"", "messages", "invalid_value")]
    [InlineData("[]", "messages", "invalid_value")]
    [InlineData("{}", "messages", "invalid_value")]
    [InlineData("[123]", "messages[0]", "invalid_value")]
    [InlineData("[{}]", "messages[0].role", "missing_required_parameter")]
    [InlineData("""[{"role":7,"content":"x"}]""", "messages[0].role", "invalid_value")]
    [InlineData("""[{"role":"","content":"x"}]""", "messages[0].role", "invalid_value")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"user"}]""", "messages[1].content", "missing_required_parameter")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"user","content":null}]""", "messages[1].content", "missing_required_parameter")]
    [InlineData("""[{"role":"user","content":7}]""", "messages[0].content", "invalid_value")]
    [InlineData("""[{"role":"user","content":[]}]""", "messages[0].content", "invalid_value")]
    [InlineData("""[{"role":"user","content":[[]]}]""", "messages[0].content", "invalid_value")]
    [InlineData("""[{"role":"user","content":[{"type":"text"}]}]""", "messages[0].content", "invalid_value")]
    [InlineData("""[{"role":"user","content":"\ud800"}]""", null, "invalid_utf8")]
    [InlineData("""[{"role":"SYSTEM","content":"x"}]""", "messages[0].role", "invalid_value")]
    [InlineData("""[{"role":"user","content":"x","name":"a b"}]""", "messages[0].name", "invalid_value")]
    [InlineData("""[{"role":"user","content":"x","name":7}]""", "messages[0].name", "invalid_value")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]""", "messages[0].content", "unsupported_content_part")]
    public async Task Wrong_messages_are_refused_with_their_place(string messages, string? param, string code) =>
        await AssertErrorAsync(
            "/v1/chat/completions",
            $$"""{"model":"{{ApiHost.ModelId}}","messages":{{messages}}}""",
            HttpStatusCode.BadRequest,
            code,
            param);

    [Theory]
    [InlineData("null", "prompt", "missing_required_parameter")]
    [InlineData("[]", "prompt", "invalid_value")]
    [InlineData("\"\"", "prompt", "invalid_value")]
    [InlineData("[\"a\",\"\"]", "prompt[1]", "invalid_value")]
    [InlineData("7", "prompt", "invalid_value")]
    [InlineData("[true]", "prompt[0]", "invalid_value")]
    [InlineData("[-1]", "prompt[0]", "invalid_value")]
    [InlineData("[1,259]", "prompt[1]", "invalid_value")]
    [InlineData("[1,1.5]", "prompt[1]", "invalid_value")]
    [InlineData("[1,\"a\"]", "prompt[1]", "invalid_value")]
    [InlineData("[[1],\"a\"]", "prompt[1]", "invalid_value")]
    [InlineData("[\"a\",[1]]", "prompt[1]", "invalid_value")]
    [InlineData("[[1],[2,-3]]", "prompt[1][1]", "invalid_value")]
    [InlineData("[[1],[]]", "prompt", "invalid_value")]
    public async Task Wrong_prompts_are_refused_with_their_place(string prompt, string param, string code) =>
        await AssertErrorAsync("/v1/completions", ApiHost.Text(prompt: prompt), HttpStatusCode.BadRequest, code, param);

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/chat/completions")]
    public async Task What_cannot_fit_is_refused_before_it_is_tokenized_unless_it_is_cut(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            Encode = (text, _) => text.Length > model.HopelessChars ? throw new InvalidOperationException("tokenized") : ScriptedEngine.Encode(text, true),
            EncodeMarked = (text, _) =>
                text.Text.Length > model.HopelessChars ? throw new InvalidOperationException("tokenized") : ScriptedEngine.Encode(text.Text, true),
        });
        string text = new('a', (4 * ApiHost.ContextLength) + 1);
        string body = $$"""{"model":"{{ApiHost.ModelId}}","prompt":"{{text}}","input":"{{text}}","messages":[{"role":"user","content":"{{text}}"}]}""";
        string param = path.EndsWith("embeddings", StringComparison.Ordinal) ? "input" : path.Contains("chat", StringComparison.Ordinal) ? "messages" : "prompt";
        using HttpResponseMessage response = await host.PostAsync(path, body);
        await AssertErrorAsync(response, HttpStatusCode.BadRequest, "context_length_exceeded", param);
        using HttpResponseMessage cut = await host.PostAsync(path, body.Insert(1, "\"truncate_prompt_tokens\":5,"));
        Assert.Equal(HttpStatusCode.InternalServerError, cut.StatusCode);
    }

    [Fact]
    public async Task Too_many_prompts_are_refused()
    {
        string prompts = "[" + string.Join(',', Enumerable.Repeat("\"a\"", 129)) + "]";
        await AssertErrorAsync("/v1/completions", ApiHost.Text(prompt: prompts), HttpStatusCode.BadRequest, "array_too_long", "prompt");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"model\":\"a\",}")]
    [InlineData("{/* */}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"temperature\":NaN}")]
    public async Task A_body_that_is_no_JSON_object_is_refused(string body) =>
        await AssertErrorAsync("/v1/chat/completions", body, HttpStatusCode.BadRequest, "invalid_json", null);

    [Theory]
    [InlineData("{\"n\":1,\"n\":2}", "duplicate_field")]
    [InlineData("{\"x\":{\"a\":1,\"a\":2}}", "duplicate_field")]
    [InlineData("{\"\\ud800\":1}", "invalid_utf8")]
    [InlineData("{\"x\":{\"a\":[\"\\ud83e\\ud83e\"]}}", "invalid_utf8")]
    [InlineData("{\"x\":\"\\ude00\\ud83d\"}", "invalid_utf8")]
    [InlineData("{\"x\":\"\\ud83d!\\ude00\"}", "invalid_utf8")]
    [InlineData("{\"x\":\"\\\\\\ud83d\"}", "invalid_utf8")]
    public async Task Names_that_come_twice_or_are_no_text_are_refused(string body, string code) =>
        await AssertErrorAsync("/v1/chat/completions", body, HttpStatusCode.BadRequest, code, null);

    [Fact]
    public async Task Whole_pairs_and_escaped_backslashes_are_text() =>
        await _host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat("\"x\":\"\\ud83d\\ude00 \\\\ud83d \\u00e9\\n\""));

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        string deep = ApiHost.Chat("\"x\":" + new string('[', 64) + new string(']', 64));
        await AssertErrorAsync("/v1/chat/completions", deep, HttpStatusCode.BadRequest, "invalid_json", null);
        string allowed = ApiHost.Chat("\"x\":" + new string('[', 63) + new string(']', 63));
        await _host.PostForJsonAsync("/v1/chat/completions", allowed);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"model\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await _host.Client.PostAsync("/v1/chat/completions", content);
        await AssertErrorAsync(response, HttpStatusCode.BadRequest, "invalid_utf8", null);
    }

    [Theory]
    [InlineData("{\"messages\":[]}", "model", "missing_required_parameter", HttpStatusCode.BadRequest)]
    [InlineData("{\"model\":null}", "model", "missing_required_parameter", HttpStatusCode.BadRequest)]
    [InlineData("{\"model\":5}", "model", "invalid_value", HttpStatusCode.BadRequest)]
    [InlineData("{\"model\":\"\"}", "model", "missing_required_parameter", HttpStatusCode.BadRequest)]
    [InlineData("{\"model\":\"a\\u0007b\"}", "model", "invalid_value", HttpStatusCode.BadRequest)]
    [InlineData("{\"model\":\"gpt-4\"}", "model", "model_not_found", HttpStatusCode.NotFound)]
    public async Task The_model_must_be_the_one_that_is_served(string body, string param, string code, HttpStatusCode status) =>
        await AssertErrorAsync("/v1/chat/completions", body, status, code, param);

    [Fact]
    public async Task A_prompt_that_fills_the_context_is_refused_with_both_numbers()
    {
        // The tokenizer adds one token, so 199 characters are 200 tokens, and 198 leave room for exactly one.
        string message = await AssertErrorAsync(
            "/v1/completions",
            ApiHost.Text(prompt: $"\"{new string('x', 199)}\""),
            HttpStatusCode.BadRequest,
            "context_length_exceeded",
            "prompt");
        Assert.StartsWith(
            "This model's maximum context length is 200 tokens. However, your prompt resulted in 200 tokens",
            message,
            StringComparison.Ordinal);
        await _host.PostForJsonAsync("/v1/completions", ApiHost.Text(prompt: $"\"{new string('x', 198)}\""));
    }

    [Fact]
    public async Task A_completion_that_does_not_fit_is_refused_with_all_numbers()
    {
        // "user:Hi;" and the token at the beginning.
        string message = await AssertErrorAsync(
            "/v1/chat/completions", ApiHost.Chat("\"max_tokens\":192"), HttpStatusCode.BadRequest, "context_length_exceeded", "messages");
        Assert.StartsWith(
            "This model's maximum context length is 200 tokens. However, you requested 201 tokens "
                + "(9 in the messages, 192 in the completion).",
            message,
            StringComparison.Ordinal);
        await AssertErrorAsync(
            "/v1/chat/completions",
            ApiHost.Chat("\"max_tokens\":2147483647"),
            HttpStatusCode.BadRequest,
            "context_length_exceeded",
            "messages");
        await _host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat("\"max_tokens\":191"));
    }

    [Fact]
    public async Task Nothing_refused_reached_the_engine()
    {
        int before = _host.Engine.Requests.Count;
        await AssertErrorAsync("/v1/chat/completions", ApiHost.Chat("\"n\":0"), HttpStatusCode.BadRequest, "invalid_value", "n");
        await AssertErrorAsync("/v1/completions", ApiHost.Text(prompt: "[]"), HttpStatusCode.BadRequest, "invalid_value", "prompt");
        Assert.Equal(before, _host.Engine.Requests.Count);
    }

    private async Task<string> AssertErrorAsync(string path, string body, HttpStatusCode status, string code, string? param)
    {
        using HttpResponseMessage response = await _host.PostAsync(path, body);
        return await AssertErrorAsync(response, status, code, param);
    }

    /// <summary>Checks an error's shape and values; returns its message.</summary>
    internal static async Task<string> AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string code, string? param)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        JsonObject body = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(["error"], body.Select(p => p.Key));
        JsonObject error = body["error"]!.AsObject();
        Assert.Equal(["code", "message", "param", "type"], error.Select(p => p.Key).Order());
        Assert.Equal("invalid_request_error", (string?)error["type"]);
        Assert.Equal((code, param), ((string?)error["code"], (string?)error["param"]));
        string message = (string)error["message"]!;
        Assert.NotEmpty(message);
        return message;
    }
}
