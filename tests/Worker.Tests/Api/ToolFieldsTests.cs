using System.Net;
using System.Text;
using System.Text.Json;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.Tokenization;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.Api;

/// <summary>What a request says of tools: what is refused, what reaches the template, what reaches the engine.</summary>
public sealed class ToolFieldsTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string ChatPath = "/v1/chat/completions";
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"f","description":"Does é","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}}},
                 {"type":"function","function":{"name":"g"}}]
        """;

    private readonly ApiHost _host = fixture.Host;

    public static TheoryData<string, string?, string> Refused => new()
    {
        { "\"tools\":[]", "tools", "invalid_value" },
        { "\"tools\":{}", "tools", "invalid_value" },
        { "\"tools\":\"f\"", "tools", "invalid_value" },
        { $"\"tools\":[{string.Join(',', Enumerable.Range(0, 129).Select(i => Tool($"\"name\":\"f{i}\"")))}]", "tools", "array_too_long" },
        { "\"tools\":[7]", "tools[0]", "invalid_value" },
        { "\"tools\":[{}]", "tools[0].type", "missing_required_parameter" },
        { "\"tools\":[{\"type\":7}]", "tools[0].type", "invalid_value" },
        { "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]", "tools[0].type", "unsupported_parameter" },
        { "\"tools\":[{\"type\":\"function\"}]", "tools[0].function", "missing_required_parameter" },
        { "\"tools\":[{\"type\":\"function\",\"function\":\"f\"}]", "tools[0].function", "invalid_value" },
        { $"\"tools\":[{Tool("\"description\":\"d\"")}]", "tools[0].function.name", "missing_required_parameter" },
        { $"\"tools\":[{Tool("\"name\":7")}]", "tools[0].function.name", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"\"")}]", "tools[0].function.name", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"a b\"")}]", "tools[0].function.name", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"é\"")}]", "tools[0].function.name", "invalid_value" },
        { $"\"tools\":[{Tool($"\"name\":\"{new string('f', 65)}\"")}]", "tools[0].function.name", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"f\"")},{Tool("\"name\":\"f\"")}]", "tools[1].function.name", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"f\",\"description\":7")}]", "tools[0].function.description", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"f\",\"description\":\"\\ud800\"")}]", null, "invalid_utf8" },
        { $"\"tools\":[{Tool("\"name\":\"f\",\"parameters\":[]")}]", "tools[0].function.parameters", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"f\",\"parameters\":\"{{}}\"")}]", "tools[0].function.parameters", "invalid_value" },
        { $"\"tools\":[{Tool("\"name\":\"f\",\"strict\":1")}]", "tools[0].function.strict", "invalid_value" },
        { "\"tool_choice\":\"auto\"", "tool_choice", "invalid_value" },
        { "\"tool_choice\":\"required\"", "tool_choice", "invalid_value" },
        { "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "tool_choice", "invalid_value" },
        { Tools + ",\"tool_choice\":\"any\"", "tool_choice", "invalid_value" },
        { Tools + ",\"tool_choice\":7", "tool_choice", "invalid_value" },
        { Tools + ",\"tool_choice\":{}", "tool_choice.type", "missing_required_parameter" },
        { Tools + ",\"tool_choice\":{\"type\":\"allowed_tools\"}", "tool_choice.type", "unsupported_parameter" },
        { Tools + ",\"tool_choice\":{\"type\":\"function\"}", "tool_choice.function", "missing_required_parameter" },
        { Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":7}", "tool_choice.function", "invalid_value" },
        { Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{}}", "tool_choice.function.name", "missing_required_parameter" },
        { Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"h\"}}", "tool_choice.function.name", "invalid_value" },
        { Tools + ",\"parallel_tool_calls\":1", "parallel_tool_calls", "invalid_value" },
        { "\"parallel_tool_calls\":\"no\"", "parallel_tool_calls", "invalid_value" },
        {
            $"\"tools\":[{Tool("\"name\":\"f\"")},{Tool("\"name\":\"g\",\"parameters\":{\"type\":\"banana\"}")}],\"tool_choice\":\"required\"",
            "tools[1].function.parameters",
            "invalid_schema"
        },
        {
            $"\"tools\":[{Tool("\"name\":\"f\"")},{Tool("\"name\":\"g\",\"parameters\":{\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"(a{1000}){1000}\"}}}")}],"
                + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}",
            "tools[1].function.parameters",
            "schema_too_complex"
        },
        {
            $"\"tools\":[{Tool("\"name\":\"f\",\"parameters\":{\"type\":[\"object\",\"null\"]}")}],\"tool_choice\":\"required\"",
            "tools[0].function.parameters",
            "invalid_schema"
        },
        { Tools + ",\"tool_choice\":\"required\",\"max_tokens\":20", "max_tokens", "invalid_value" },
    };

    public static TheoryData<string, string, string> RefusedMessages => new()
    {
        { """{"role":"assistant","tool_calls":7}""", "messages[0].tool_calls", "invalid_value" },
        { """{"role":"user","content":"x","tool_calls":[{}]}""", "messages[0].tool_calls", "invalid_value" },
        { """{"role":"assistant","tool_calls":[7]}""", "messages[0].tool_calls[0]", "invalid_value" },
        { """{"role":"assistant","tool_calls":[{}]}""", "messages[0].tool_calls[0].id", "missing_required_parameter" },
        { """{"role":"assistant","tool_calls":[{"id":""}]}""", "messages[0].tool_calls[0].id", "invalid_value" },
        { """{"role":"assistant","tool_calls":[{"id":"1","type":"custom"}]}""", "messages[0].tool_calls[0].type", "unsupported_parameter" },
        { """{"role":"assistant","tool_calls":[{"id":"1"}]}""", "messages[0].tool_calls[0].function", "missing_required_parameter" },
        { """{"role":"assistant","tool_calls":[{"id":"1","function":[]}]}""", "messages[0].tool_calls[0].function", "invalid_value" },
        { Called("\"name\":\"a b\",\"arguments\":\"{}\""), "messages[0].tool_calls[0].function.name", "invalid_value" },
        { Called("\"name\":\"f\""), "messages[0].tool_calls[0].function.arguments", "missing_required_parameter" },
        { Called("\"name\":\"f\",\"arguments\":{}"), "messages[0].tool_calls[0].function.arguments", "invalid_value" },
        { Called("\"name\":\"f\",\"arguments\":\"{\""), "messages[0].tool_calls[0].function.arguments", "invalid_value" },
        { Called("\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"\\\\ud800\\\"}\""), "messages[0].tool_calls[0].function.arguments", "invalid_value" },
        { Called($"\"name\":\"f\",\"arguments\":\"{new string('[', 65)}{new string(']', 65)}\""), "messages[0].tool_calls[0].function.arguments", "invalid_value" },
        { """{"role":"tool","content":"x"}""", "messages[0].tool_call_id", "missing_required_parameter" },
        { """{"role":"tool","content":"x","tool_call_id":7}""", "messages[0].tool_call_id", "invalid_value" },
        { """{"role":"tool","content":"x","tool_call_id":"1"}""", "messages[0].tool_call_id", "invalid_value" },
        { Called("\"name\":\"f\",\"arguments\":\"\"") + """,{"role":"tool","content":"x","tool_call_id":"2"}""", "messages[1].tool_call_id", "invalid_value" },
        { Called("\"name\":\"f\",\"arguments\":\"\"") + """,{"role":"tool","tool_call_id":"1"}""", "messages[1].content", "missing_required_parameter" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Wrong_tools_are_refused_with_their_place(string fields, string? param, string code)
    {
        using HttpResponseMessage response = await _host.PostAsync(ChatPath, ApiHost.Chat(fields));
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, code, param);
    }

    [Theory]
    [MemberData(nameof(RefusedMessages))]
    public async Task Wrong_calls_in_messages_are_refused_with_their_place(string messages, string param, string code)
    {
        using HttpResponseMessage response = await _host.PostAsync(ChatPath, $$"""{"model":"{{ApiHost.ModelId}}","messages":[{{messages}}]}""");
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, code, param);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"tool_choice\":\"auto\"")]
    [InlineData(",\"tool_choice\":\"required\"")]
    [InlineData(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}")]
    public async Task The_template_gets_every_definition_and_only_known_fields(string choice)
    {
        string tools = Tools.Replace("\"name\":\"g\"", "\"x\":1,\"strict\":true,\"name\":\"g\",\"parameters\":null,\"description\":null", StringComparison.Ordinal);
        ChatConversation chat = await RenderedAsync(ApiHost.Chat(tools + choice));
        Assert.Equal(
            """[{"type":"function","function":{"name":"f","description":"Does é","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}}},{"type":"function","function":{"name":"g","strict":true}}]""",
            JsonSerializer.Serialize(chat.Tools, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Tools + ",\"tool_choice\":\"none\"")]
    [InlineData("\"tools\":null,\"tool_choice\":\"none\",\"parallel_tool_calls\":false")]
    public async Task The_template_gets_no_tools_that_may_not_be_called(string fields) =>
        Assert.Null((await RenderedAsync(ApiHost.Chat(fields))).Tools);

    [Fact]
    public async Task The_template_gets_calls_with_their_arguments_as_JSON()
    {
        string messages = """
            {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\": [1, {\"b\":null}]}"}},{"id":"2","function":{"name":"g","arguments":""},"x":1},
            {"id":"3","function":{"name":"g","arguments":"DEEP"}}]},
            {"role":"tool","content":[{"type":"text","text":"t"}],"tool_call_id":"2"},{"role":"tool","content":"u","tool_call_id":"1"}
            """;
        string deep = new string('[', 64) + new string(']', 64);
        messages = messages.Replace("DEEP", deep, StringComparison.Ordinal);
        ChatConversation chat = await RenderedAsync($$"""{"model":"{{ApiHost.ModelId}}","messages":[{{messages}}]}""");
        Assert.Equal(
            """[{"id":"1","type":"function","function":{"name":"f","arguments":{"a":[1,{"b":null}]}}},{"id":"2","type":"function","function":{"name":"g","arguments":{}}},"""
                + """{"id":"3","type":"function","function":{"name":"g","arguments":""" + deep + "}}]",
            chat.Messages[0].ToolCalls?.GetRawText());
        Assert.Equal(["", "t", "u"], chat.Messages.Select(m => m.Content));
    }

    [Theory]
    [InlineData("hermes", "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\":1}}\n</tool_call>", "\n", "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>")]
    [InlineData("llama3", "{\"name\": \"f\", \"parameters\": {\"a\":1}}", "; ", "{\"name\": \"g\", \"parameters\": {}}")]
    [InlineData("mistral", "{\"name\": \"f\", \"arguments\": {\"a\":1}}", ", ", "{\"name\": \"g\", \"arguments\": {}}")]
    public async Task Calls_that_have_to_be_are_a_constraint(string format, string f, string between, string g)
    {
        (string before, string after) = format == "mistral" ? ("[", "]") : ("", "");
        string one = before + f + after;
        string two = before + g + between + f + after;
        const string Named = ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
        AssertAccepts(await SubmittedAsync(format, ",\"tool_choice\":\"required\""), (one, true), (two, true), ("", false), ("Hello", false));
        AssertAccepts(await SubmittedAsync(format, ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false"), (one, true), (two, false));
        AssertAccepts(await SubmittedAsync(format, Named), (one, true), (two, false), (before + g + after, false));
        AssertAccepts(await SubmittedAsync(format, Named + ",\"response_format\":{\"type\":\"json_object\"}"), (one, true));
        Assert.Null((await SubmittedAsync(format, "")).Constraint);
        Assert.Null((await SubmittedAsync(format, ",\"tool_choice\":\"none\"")).Constraint);
        AssertAccepts(await SubmittedAsync(format, ",\"response_format\":{\"type\":\"json_object\"}"), ("{\"x\":1}", true));
    }

    [Fact]
    public async Task The_opening_that_no_constraint_can_write_ends_the_prompt()
    {
        GenerationRequest forced = await SubmittedAsync("mistral", ",\"tool_choice\":\"required\"");
        GenerationRequest free = await SubmittedAsync("mistral", "");
        Assert.Equal(ScriptedEngine.Encode("user:Hi;[TOOL_CALLS]", true), forced.Prompts.Single());
        Assert.Equal(ScriptedEngine.Encode("user:Hi;", true), free.Prompts.Single());
    }

    [Fact]
    public async Task Control_tokens_are_shown_only_to_whom_looks_for_them()
    {
        int? Id(string text) => text == "[TOOL_CALLS]" ? 7 : null;
        GenerationRequest with = await SubmittedAsync("mistral", "", Id);
        GenerationRequest without = await SubmittedAsync("mistral", ",\"tool_choice\":\"none\"", Id);
        Assert.Equal([7], with.Sampling.ShownControlTokens!);
        Assert.Null(without.Sampling.ShownControlTokens);
    }

    [Theory]
    [InlineData("{}", "{\"x\":[1]}", true)]
    [InlineData("{}", "5", false)]
    [InlineData("{\"properties\":{\"a\":{\"type\":\"null\"}}}", "{\"a\":null}", true)]
    [InlineData("{\"properties\":{\"a\":{\"type\":\"null\"}}}", "[]", false)]
    [InlineData("{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"required\":[\"b\"]}}}", "{\"b\":1}", true)]
    [InlineData("{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"required\":[\"b\"]}}}", "{}", false)]
    public async Task Arguments_are_an_object_also_where_the_schema_does_not_say_so(string schema, string arguments, bool accepted)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostForJsonAsync(ChatPath, ApiHost.Chat(
            $"\"tools\":[{Tool($"\"name\":\"f\",\"parameters\":{schema}")}],\"tool_choice\":\"required\""));
        AssertAccepts(host.Engine.Requests.Single(), ($"<tool_call>\n{{\"name\": \"f\", \"arguments\": {arguments}}}\n</tool_call>", accepted));
    }

    private static string Tool(string function) => "{\"type\":\"function\",\"function\":{" + function + "}}";

    private static string Called(string function) =>
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{" + function + "}}]}";

    private static void AssertAccepts(GenerationRequest request, params (string Text, bool Accepted)[] texts)
    {
        foreach ((string text, bool accepted) in texts)
        {
            ConstraintState state = request.Constraint!.Start();
            Assert.True(accepted == (state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting), text);
        }
    }

    private static async Task<GenerationRequest> SubmittedAsync(string format, string fields, Func<string, int?>? controlToken = null)
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            ToolCalls = ToolCallFormat.Find(format, null),
            ControlToken = controlToken ?? (_ => null),
        });
        await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools + fields));
        return host.Engine.Requests.Single();
    }

    private static async Task<ChatConversation> RenderedAsync(string body)
    {
        ChatConversation? seen = null;
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            RenderChat = chat =>
            {
                seen = chat;
                return MarkedText.Of("x");
            },
        });
        await host.PostForJsonAsync(ChatPath, body);
        return seen!;
    }
}
