using System.Text;
using System.Text.Json.Nodes;
using Godwit.Worker.Engine;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Api;

/// <summary>Answers of models that think first.</summary>
public sealed class ReasoningAnswerTests
{
    private const string ChatPath = "/v1/chat/completions";
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    [Fact]
    public async Task Reasoning_is_a_field_of_its_own()
    {
        await using ApiHost host = await ThinkingAsync("", "<think>\nHm", ". é\n", "</think>\n\nAns", "wer.");
        JsonNode answer = await host.PostForJsonAsync(ChatPath, ApiHost.Chat());
        JsonNode message = answer["choices"]![0]!["message"]!;
        Assert.Equal(["content", "reasoning_content", "refusal", "role"], message.AsObject().Select(p => p.Key).Order());
        Assert.Equal(("Hm. é", "Answer."), ((string?)message["reasoning_content"], (string?)message["content"]));
        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
        int thought = Encoding.UTF8.GetByteCount("<think>\nHm. é\n</think>");
        Assert.Equal($"{{\"reasoning_tokens\":{thought}}}", answer["usage"]!["completion_tokens_details"]!.ToJsonString());
    }

    [Fact]
    public async Task A_stream_has_it_first()
    {
        await using ApiHost host = await ThinkingAsync("", "<think>\nHm", ".\n", "</think>\n\nAns", "wer.");
        List<JsonNode> chunks = await host.PostForEventsAsync(
            ChatPath, ApiHost.Chat("\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}"));
        Assert.Equal(
        [
            """{"role":"assistant","content":"","refusal":null}""",
            """{"reasoning_content":"Hm"}""",
            """{"reasoning_content":"."}""",
            """{"content":"Ans"}""",
            """{"content":"wer."}""",
            "{}",
        ],
        chunks.SkipLast(1).Select(chunk => chunk["choices"]![0]!["delta"]!.ToJsonString()));
        int[] counts = [.. chunks.Select(chunk => (int)chunk["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!)];
        Assert.Equal(counts.Order(), counts);
        Assert.Equal("<think>\nHm.\n</think>".Length, counts[^1]);
    }

    [Theory]
    [InlineData("<think>", "Hm.</think>Yes.", "Hm.", "Yes.", 11)]
    [InlineData("<think>\n", "Hm.</think>\nYes.", "Hm.", "Yes.", 11)]
    [InlineData("<think>\n", "Hm.", "Hm.", null, 4)]
    [InlineData("<think>\n\n</think>\n\n", "Yes.", null, "Yes.", 0)]
    [InlineData("", "Yes <think>no</think>", null, "Yes <think>no</think>", 0)]
    [InlineData("", "<think>", null, "", 8)]
    public async Task The_prompt_may_have_opened_it(string end, string text, string? reasoning, string? content, int tokens)
    {
        await using ApiHost host = await ThinkingAsync(end, text);
        JsonNode answer = await host.PostForJsonAsync(ChatPath, ApiHost.Chat());
        JsonNode message = answer["choices"]![0]!["message"]!;
        Assert.Equal((reasoning, content), ((string?)message["reasoning_content"], (string?)message["content"]));
        Assert.Equal(tokens, (int)answer["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!);
    }

    [Fact]
    public async Task A_call_within_it_is_a_thought_and_one_after_it_a_call()
    {
        const string Call = "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
        await using ApiHost host = await ThinkingAsync("", $"<think>{Call}</think>\n{Call}");
        JsonNode choice = (await host.PostForJsonAsync(ChatPath, ApiHost.Chat(Tools)))["choices"]![0]!;
        Assert.Equal((Call, null), ((string?)choice["message"]!["reasoning_content"], (string?)choice["message"]!["content"]));
        Assert.Single(choice["message"]!["tool_calls"]!.AsArray());
        Assert.Equal("tool_calls", (string?)choice["finish_reason"]);
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}")]
    [InlineData(Tools + ",\"tool_choice\":\"required\"")]
    public async Task What_must_have_a_form_is_not_thought_about(string fields)
    {
        await using ApiHost host = await ThinkingAsync("<think>\n", "{}");
        JsonNode answer = await host.PostForJsonAsync(ChatPath, ApiHost.Chat(fields));
        Assert.Equal("{}", (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Equal(ScriptedEngine.Encode("user:Hi;<think>\n\n</think>\n\n", true), host.Engine.Requests.Single().Prompts.Single());
    }

    [Fact]
    public async Task Completions_show_the_text_as_it_is()
    {
        await using ApiHost host = await ThinkingAsync("", "<think>a</think>b");
        JsonNode answer = await host.PostForJsonAsync("/v1/completions", ApiHost.Text());
        Assert.Equal("<think>a</think>b", (string?)answer["choices"]![0]!["text"]);
        Assert.False(answer["usage"]!.AsObject().ContainsKey("completion_tokens_details"));
    }

    private static async Task<ApiHost> ThinkingAsync(string promptEnd, params string[] pieces)
    {
        ApiHost host = await ApiHost.StartAsync(model => model with { Reasons = true, RenderChat = _ => MarkedText.Of("user:Hi;" + promptEnd) });
        host.Engine.Script = ScriptedEngine.Say(FinishReason.Stop, pieces);
        return host;
    }
}
