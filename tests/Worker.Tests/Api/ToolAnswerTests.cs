using System.Text.Json.Nodes;
using Godwit.Worker.Engine;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.Api;

/// <summary>Answers with calls, whole and streamed.</summary>
public sealed class ToolAnswerTests
{
    private const string ChatPath = "/v1/chat/completions";
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]";

    private static readonly string[] s_twoCalls =
        ["Let me see", ".\n<tool", "_call>\n{\"name\": \"f\", \"argu", "ments\": {\"a\": \"é\"", "}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>"];

    [Fact]
    public async Task A_whole_answer_has_its_calls_in_the_message()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        JsonNode choice = (await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools)))["choices"]![0]!;
        JsonNode message = choice["message"]!;
        Assert.Equal(["content", "refusal", "role", "tool_calls"], message.AsObject().Select(p => p.Key).Order());
        Assert.Equal("Let me see.", (string?)message["content"]);
        JsonArray calls = message["tool_calls"]!.AsArray();
        Assert.Equal(["f {\"a\": \"é\"}", "g {}"], calls.Select(call => $"{call!["function"]!["name"]} {call["function"]!["arguments"]}"));
        Assert.All(calls, call => Assert.Equal(["function", "id", "type"], call!.AsObject().Select(p => p.Key).Order()));
        Assert.All(calls, call => Assert.Matches("^call_[0-9a-f]{24}$", (string)call!["id"]!));
        Assert.NotEqual((string?)calls[0]!["id"], (string?)calls[1]!["id"]);
        Assert.Equal("tool_calls", (string?)choice["finish_reason"]);
    }

    [Fact]
    public async Task A_stream_opens_each_call_and_then_adds_to_its_arguments()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        List<JsonNode> chunks = await host.PostForEventsAsync(ChatPath, ApiHost.Chat(Tools + ",\"stream\":true"));
        string[] deltas = [.. chunks.Select(chunk => WithoutId(chunk["choices"]![0]!["delta"]!))];
        Assert.Equal(
        [
            """{"role":"assistant","content":"","refusal":null}""",
            """{"content":"Let me see"}""",
            """{"content":"."}""",
            """{"tool_calls":[{"index":0,"type":"function","function":{"name":"f","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\u0022a\u0022: \u0022\u00E9\u0022"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}""",
            """{"tool_calls":[{"index":1,"type":"function","function":{"name":"g","arguments":""}}]}""",
            """{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}""",
            "{}",
        ],
        deltas);
        Assert.Equal("tool_calls", (string?)chunks[^1]["choices"]![0]!["finish_reason"]);
    }

    [Theory]
    [InlineData("hermes", "Hi", "Hi", "", "stop")]
    [InlineData("hermes", "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>", null, "f {}", "tool_calls")]
    [InlineData("hermes", "<tool_call>{\"name\": \"x\", \"arguments\": {}}</tool_call>", "<tool_call>{\"name\": \"x\", \"arguments\": {}}</tool_call>", "", "stop")]
    [InlineData("llama3", "{\"name\": \"f\", \"parameters\": {\"a\": 1}}; {\"name\": \"g\", \"parameters\": {}}", null, "f {\"a\": 1}|g {}", "tool_calls")]
    [InlineData("mistral", "Ok [TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}]", "Ok", "f {}", "tool_calls")]
    [InlineData("mistral", "[TOOL_CALLS]f[ARGS]{\"a\": [{}]}", null, "f {\"a\": [{}]}", "tool_calls")]
    public async Task Whole_and_streamed_answers_agree_for_every_choice(string format, string text, string? content, string calls, string finish)
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, [.. text.Chunk(3).Select(piece => new string(piece))], format);
        JsonNode whole = await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools + ",\"n\":3"));
        List<JsonNode> chunks = await host.PostForEventsAsync(ChatPath, ApiHost.Chat(Tools + ",\"n\":3,\"stream\":true"));
        Assert.Equal(3, whole["choices"]!.AsArray().Count);
        for (int i = 0; i < 3; i++)
        {
            JsonNode choice = whole["choices"]![i]!;
            JsonNode[] parts = [.. chunks.Select(chunk => chunk["choices"]![0]!).Where(part => (int)part["index"]! == i)];
            Assert.Equal((content, calls, finish), ((string?)choice["message"]!["content"], CallsOf(choice), (string?)choice["finish_reason"]));
            Assert.Equal(
                (content ?? "", calls, finish),
                (string.Concat(parts.Select(p => (string?)p["delta"]!["content"])), StreamedCallsOf(parts), (string?)parts[^1]["finish_reason"]));
        }
    }

    [Theory]
    [InlineData("", FinishReason.Length, "length")]
    [InlineData(",\"tool_choice\":\"required\"", FinishReason.Stop, "tool_calls")]
    [InlineData(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", FinishReason.Stop, "stop")]
    [InlineData(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", FinishReason.Length, "length")]
    public async Task How_it_ended_is_said_as_OpenAI_says_it(string choice, object finish, string expected)
    {
        await using ApiHost host = await SayingAsync((FinishReason)finish, ["<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>"]);
        JsonNode answer = (await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools + choice)))["choices"]![0]!;
        Assert.Equal((expected, "f {}"), ((string?)answer["finish_reason"], CallsOf(answer)));
    }

    [Fact]
    public async Task One_call_alone_is_reported_if_they_must_not_be_parallel()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        JsonNode answer = await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools + ",\"parallel_tool_calls\":false"));
        Assert.Equal("f {\"a\": \"é\"}", CallsOf(answer["choices"]![0]!));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Tools + ",\"tool_choice\":\"none\"")]
    [InlineData(Tools + ",\"response_format\":{\"type\":\"json_object\"}")]
    public async Task Where_nothing_may_be_called_all_is_content(string fields)
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        JsonNode choice = (await host.PostForJsonAsync(ChatPath, ApiHost.Chat(fields)))["choices"]![0]!;
        Assert.Equal(string.Concat(s_twoCalls), (string?)choice["message"]!["content"]);
        Assert.Equal(("stop", false), ((string?)choice["finish_reason"], choice["message"]!.AsObject().ContainsKey("tool_calls")));
    }

    [Fact]
    public async Task Ids_of_calls_derive_from_the_request()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        string[] first = await IdsAsync(host, "r1");
        Assert.Equal(4, first.Distinct().Count());
        Assert.Equal(first, await IdsAsync(host, "r1"));
        Assert.Empty(first.Intersect(await IdsAsync(host, "r2")));
    }

    [Fact]
    public async Task Mistrals_templates_want_ids_of_nine_characters()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, ["[TOOL_CALLS]f{}"], "mistral");
        Assert.All(await IdsAsync(host, "r1"), id => Assert.Matches("^[0-9a-f]{9}$", id));
    }

    [Fact]
    public async Task What_is_said_of_tokens_is_said_of_all_tokens_once()
    {
        await using ApiHost host = await SayingAsync(FinishReason.Stop, s_twoCalls);
        string fields = Tools + ",\"logprobs\":true,\"return_token_ids\":true";
        JsonNode whole = (await host.PostForJsonAsync(ChatPath, ApiHost.Chat(fields)))["choices"]![0]!;
        List<JsonNode> chunks = await host.PostForEventsAsync(ChatPath, ApiHost.Chat(fields + ",\"stream\":true"));
        string text = string.Concat(s_twoCalls);
        int[] tokens = [.. ScriptedEngine.Encode(text, false), ScriptedEngine.Eos];
        Assert.Equal(tokens, whole["token_ids"]!.AsArray().Select(id => (int)id!));
        Assert.Equal(tokens, chunks.SelectMany(c => c["choices"]![0]!["token_ids"]?.AsArray() ?? []).Select(id => (int)id!));
        Assert.Equal(text, string.Concat(whole["logprobs"]!["content"]!.AsArray().Select(t => (string)t!["token"]!)));
        Assert.Equal(text, string.Concat(chunks.SelectMany(c => c["choices"]![0]!["logprobs"]?["content"]?.AsArray() ?? []).Select(t => (string)t!["token"]!)));
    }

    private static async Task<ApiHost> SayingAsync(FinishReason finish, string[] pieces, string format = "hermes")
    {
        ApiHost host = await ApiHost.StartAsync(model => model with { ToolCalls = ToolCallFormat.Find(format, null) });
        host.Engine.Script = ScriptedEngine.Say(finish, pieces);
        return host;
    }

    private static async Task<string[]> IdsAsync(ApiHost host, string request)
    {
        using HttpResponseMessage response = await host.PostAsync(ChatPath, ApiHost.Chat(Tools + ",\"n\":2"), ApiHost.Ticket(request));
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return [.. answer["choices"]!.AsArray().SelectMany(c => c!["message"]!["tool_calls"]!.AsArray()).Select(call => (string)call!["id"]!)];
    }

    private static string CallsOf(JsonNode choice) => string.Join(
        '|', (choice["message"]!["tool_calls"]?.AsArray() ?? []).Select(call => $"{call!["function"]!["name"]} {call["function"]!["arguments"]}"));

    private static string StreamedCallsOf(IEnumerable<JsonNode> parts)
    {
        var calls = new List<string>();
        foreach (JsonNode call in parts.SelectMany(part => part["delta"]!["tool_calls"]?.AsArray() ?? []).OfType<JsonNode>())
        {
            if (call["id"] is not null)
            {
                Assert.Equal(calls.Count, (int)call["index"]!);
                calls.Add($"{call["function"]!["name"]} ");
            }

            calls[(int)call["index"]!] += (string?)call["function"]!["arguments"];
        }

        return string.Join('|', calls);
    }

    private static string WithoutId(JsonNode delta)
    {
        (delta["tool_calls"]?[0] as JsonObject)?.Remove("id");
        return delta.ToJsonString();
    }
}
