using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Api;

/// <summary>What answers report besides the text: log-probabilities, the prompt, token ids, usage as it grows.</summary>
public sealed class ReportTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string ChatPath = "/v1/chat/completions";
    private const string TextPath = "/v1/completions";
    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Chat_logprobs_have_OpenAIs_shape_and_join_to_the_content(int top)
    {
        JsonNode answer = await _host.PostForJsonAsync(ChatPath, ApiHost.Chat($"\"logprobs\":true,\"top_logprobs\":{top}"));
        JsonNode choice = answer["choices"]![0]!;
        AssertKeys(choice["logprobs"]!, "content", "refusal");
        Assert.Null(choice["logprobs"]!["refusal"]);
        JsonNode[] entries = [.. choice["logprobs"]!["content"]!.AsArray().Select(e => e!)];
        string content = (string)choice["message"]!["content"]!;
        Assert.Equal(content, string.Concat(entries.Select(e => (string?)e["token"])));
        Assert.Equal(Encoding.UTF8.GetBytes(content), entries.SelectMany(e => e["bytes"]!.AsArray().Select(b => (byte)b!)));

        // The end token is counted, but is no part of the content.
        Assert.Equal(ScriptedEngine.TokensOf(0) - 1, entries.Length);
        Assert.All(entries, entry =>
        {
            AssertKeys(entry, "bytes", "logprob", "token", "top_logprobs");
            Assert.InRange((double)entry["logprob"]!, -1.75, -0.25);
            JsonArray others = entry["top_logprobs"]!.AsArray();
            Assert.Equal(top, others.Count);
            Assert.All(others, other => AssertKeys(other!, "bytes", "logprob", "token"));
            if (top > 0)
            {
                Assert.Equal(((string?)entry["token"], (double)entry["logprob"]!), ((string?)others[0]!["token"], (double)others[0]!["logprob"]!));
                Assert.Equal(-9999.0, (double)others[^1]!["logprob"]!);
            }
        });
    }

    [Fact]
    public async Task Streamed_chat_logprobs_equal_the_whole_ones()
    {
        JsonNode whole = await _host.PostForJsonAsync(ChatPath, ApiHost.Chat("\"logprobs\":true,\"top_logprobs\":2,\"n\":2"));
        List<JsonNode> chunks =
            await _host.PostForEventsAsync(ChatPath, ApiHost.Chat("\"logprobs\":true,\"top_logprobs\":2,\"n\":2,\"stream\":true"));
        for (int i = 0; i < 2; i++)
        {
            JsonNode[] own = [.. chunks.Select(c => c["choices"]![0]!).Where(c => (int)c["index"]! == i)];
            Assert.Equal("""{"content":[],"refusal":null}""", own[0]["logprobs"]!.ToJsonString());
            Assert.Null(own[^1]["logprobs"]);
            Assert.All(own[1..^1], c => Assert.Equal(
                (string?)c["delta"]!["content"], string.Concat(c["logprobs"]!["content"]!.AsArray().Select(e => (string?)e!["token"]))));
            Assert.Equal(
                whole["choices"]![i]!["logprobs"]!["content"]!.AsArray().Select(e => e!.ToJsonString()),
                own[1..^1].SelectMany(c => c["logprobs"]!["content"]!.AsArray().Select(e => e!.ToJsonString())));
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public async Task Text_logprobs_have_OpenAIs_shape_and_offsets_into_the_text(int top, bool echo)
    {
        string fields = $"\"logprobs\":{top},\"echo\":{(echo ? "true" : "false")}";
        JsonNode choice = (await _host.PostForJsonAsync(TextPath, ApiHost.Text(fields, "\"Ünd \"")))["choices"]![0]!;
        string text = (string)choice["text"]!;
        Assert.Equal((echo ? "Ünd " : "") + ScriptedEngine.TextOf(0), text);
        JsonNode logprobs = choice["logprobs"]!;
        AssertKeys(logprobs, "text_offset", "token_logprobs", "tokens", "top_logprobs");
        string[] tokens = [.. logprobs["tokens"]!.AsArray().Select(t => (string)t!)];
        Assert.Equal(text, string.Concat(tokens));
        Assert.Equal(ScriptedEngine.TokensOf(0) - 1 + (echo ? 6 : 0), tokens.Length);
        JsonArray maps = logprobs["top_logprobs"]!.AsArray(), values = logprobs["token_logprobs"]!.AsArray();
        Assert.Equal((tokens.Length, tokens.Length), (maps.Count, values.Count));
        int offset = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(offset, (int)logprobs["text_offset"]![i]!);
            offset += tokens[i].EnumerateRunes().Count();
            bool unknown = echo && i == 0;
            Assert.Equal(unknown, values[i] is null);
            Assert.Equal(unknown, maps[i] is null);
            if (!unknown)
            {
                Assert.Equal((double)values[i]!, (double)maps[i]![tokens[i]]!);
                Assert.InRange(maps[i]!.AsObject().Count, Math.Max(1, top), top + 1);
            }
        }
    }

    [Fact]
    public async Task Streamed_text_logprobs_equal_the_whole_ones()
    {
        const string Fields = "\"logprobs\":2,\"echo\":true,\"n\":2";
        JsonNode whole = await _host.PostForJsonAsync(TextPath, ApiHost.Text(Fields));
        List<JsonNode> chunks = await _host.PostForEventsAsync(TextPath, ApiHost.Text(Fields + ",\"stream\":true"));
        for (int i = 0; i < 2; i++)
        {
            JsonNode choice = whole["choices"]![i]!;
            JsonNode[] own = [.. chunks.Select(c => c["choices"]![0]!).Where(c => (int)c["index"]! == i)];
            Assert.Equal((string?)choice["text"], string.Concat(own.Select(c => (string?)c["text"])));
            foreach (string name in (string[])["tokens", "token_logprobs", "top_logprobs", "text_offset"])
            {
                Assert.Equal(
                    choice["logprobs"]![name]!.AsArray().Select(e => e?.ToJsonString()),
                    own[..^1].SelectMany(c => c["logprobs"]![name]!.AsArray().Select(e => e?.ToJsonString())));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_alone_is_echoed_with_its_logprobs(bool stream)
    {
        string body = ApiHost.Text("\"echo\":true,\"max_tokens\":0,\"logprobs\":1" + (stream ? ",\"stream\":true" : ""), "[[1,75,108],[1,75]]");
        JsonNode[] choices = stream
            ? [.. (await _host.PostForEventsAsync(TextPath, body)).Select(c => c["choices"]![0]!)]
            : [.. (await _host.PostForJsonAsync(TextPath, body))["choices"]!.AsArray().Select(c => c!)];
        foreach ((int index, string text, string[] tokens) in ((int, string, string[])[])[(0, "Hi", ["", "H", "i"]), (1, "H", ["", "H"])])
        {
            JsonNode[] own = [.. choices.Where(c => (int)c["index"]! == index)];
            Assert.Equal(stream ? 2 : 1, own.Length);
            Assert.Equal(text, (string?)own[0]["text"]);
            Assert.Equal("length", (string?)own[^1]["finish_reason"]);
            Assert.Equal(tokens, own[0]["logprobs"]!["tokens"]!.AsArray().Select(t => (string)t!));
            Assert.Null(own[0]["logprobs"]!["token_logprobs"]![0]);
            Assert.Equal(ScriptedEngine.Score(75, 1, index).Logprob, (float)own[0]["logprobs"]!["token_logprobs"]![1]!);
        }
    }

    [Fact]
    public async Task A_prompt_alone_uses_no_completion_tokens()
    {
        JsonNode answer = await _host.PostForJsonAsync(TextPath, ApiHost.Text("\"echo\":true,\"max_tokens\":0"));
        Assert.Equal((3, 0), ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!));
        Assert.Null(answer["choices"]![0]!["logprobs"]);

        // A prompt that fills the context can still be scored.
        await _host.PostForJsonAsync(TextPath, ApiHost.Text("\"echo\":true,\"max_tokens\":0", $"\"{new string('x', 199)}\""));
    }

    [Theory]
    [InlineData(ChatPath)]
    [InlineData(TextPath)]
    public async Task Prompt_logprobs_have_vLLMs_shape(string path)
    {
        JsonNode answer = await _host.PostForJsonAsync(path, Body(path, "\"prompt_logprobs\":2"));
        JsonArray prompt = (path == ChatPath ? answer : answer["choices"]![0]!)["prompt_logprobs"]!.AsArray();
        Assert.Null(prompt[0]);
        Assert.Equal((int)answer["usage"]!["prompt_tokens"]!, prompt.Count);
        int id = ScriptedEngine.FirstByte + (path == ChatPath ? 'u' : 'H');
        Assert.Equal(2, prompt[1]!.AsObject().Count);
        JsonNode entry = prompt[1]![id.ToString()]!;
        AssertKeys(entry, "decoded_token", "logprob", "rank");
        Assert.Equal((path == ChatPath ? "u" : "H", 1), ((string?)entry["decoded_token"], (int)entry["rank"]!));
    }

    [Theory]
    [InlineData(ChatPath)]
    [InlineData(TextPath)]
    public async Task Token_ids_are_those_of_prompt_and_output(string path)
    {
        JsonNode answer = await _host.PostForJsonAsync(path, Body(path, "\"return_token_ids\":true"));
        JsonNode holder = path == ChatPath ? answer : answer["choices"]![0]!;
        int[] prompt = Ids(holder["prompt_token_ids"]), output = Ids(answer["choices"]![0]!["token_ids"]);
        Assert.Equal(ScriptedEngine.Encode(path == ChatPath ? "user:Hi;" : "Hi", true), prompt);
        Assert.Equal(ScriptedEngine.TokensOf(0), output.Length);
        Assert.Equal(ScriptedEngine.Eos, output[^1]);

        List<JsonNode> chunks = await _host.PostForEventsAsync(path, Body(path, "\"return_token_ids\":true,\"stream\":true"));
        Assert.Equal(output, chunks.SelectMany(c => Ids(c["choices"]![0]!["token_ids"])));
        JsonNode first = path == ChatPath ? chunks[0] : chunks[0]["choices"]![0]!;
        Assert.Equal(prompt, Ids(first["prompt_token_ids"]));
        Assert.All(chunks.Skip(1), c => Assert.Null((path == ChatPath ? c : c["choices"]![0]!)["prompt_token_ids"]));
    }

    [Theory]
    [InlineData(ChatPath)]
    [InlineData(TextPath)]
    public async Task Continuous_usage_never_falls_and_ends_with_the_whole(string path)
    {
        List<JsonNode> chunks = await _host.PostForEventsAsync(
            path, Body(path, "\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}"));
        int[] counts = [.. chunks.Select(c => (int)c["usage"]!["completion_tokens"]!)];
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(ScriptedEngine.TokensOf(0), counts[^1]);
        Assert.True(counts.Distinct().Count() > 3);

        List<JsonNode> without = await _host.PostForEventsAsync(
            path, Body(path, "\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}"));
        Assert.All(without, c => Assert.False(c.AsObject().ContainsKey("usage")));
    }

    [Fact]
    public async Task Best_of_answers_the_choices_with_the_highest_mean_logprob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        double[] means = [-3, -1, -2, -0.5, -2.5, -4, -0.25, -5];
        host.Engine.Script = (request, outputs) =>
        {
            for (int choice = 0; choice < request.Prompts.Count * request.ChoicesPerPrompt; choice++)
            {
                // More tokens give a lower sum, which must not matter.
                int[] tokens = [.. Enumerable.Repeat(ScriptedEngine.FirstByte + 'a', 1 + ((choice + 1) % 4))];
                outputs.TryWrite(new SequenceOutput(choice, 0, tokens.ToArray(), $"choice {choice}", FinishReason.Stop)
                {
                    TextLengths = [.. tokens.Select((_, i) => i == 0 ? 8 : 0)],
                    Logprobs = [.. tokens.Select(id => new TokenLogprobs(id, (float)means[choice], 1, []))],
                });
            }

            outputs.TryComplete();
        };
        JsonNode answer = await host.PostForJsonAsync(TextPath, ApiHost.Text("\"best_of\":4,\"n\":2", "[[5],[6]]"));
        Assert.Equal(0, host.Engine.Requests.Single().Sampling.Logprobs);
        Assert.Equal([5, 6], host.Engine.Requests.Single().Prompts.Select(ids => ids.Single()));
        Assert.Equal(4, host.Engine.Requests.Single().ChoicesPerPrompt);
        Assert.Equal(
            ["choice 3", "choice 1", "choice 6", "choice 4"], answer["choices"]!.AsArray().Select(c => (string)c!["text"]!));
        Assert.Equal([0, 1, 2, 3], answer["choices"]!.AsArray().Select(c => (int)c!["index"]!));
        Assert.All(answer["choices"]!.AsArray(), c => Assert.Null(c!["logprobs"]));
        Assert.Equal(20, (int)answer["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Constraints_that_leave_no_token_are_the_requests_fault_and_bad_logits_are_not()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Engine.Script = (_, outputs) => outputs.TryComplete(SamplingException.AllMasked(0));
        using HttpResponseMessage refused = await host.PostAsync(TextPath, ApiHost.Text());
        Assert.Contains("allowed_token_ids", await BadRequestTests.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "invalid_value", null));

        host.Engine.Script = (_, outputs) => outputs.TryComplete(SamplingException.BadLogits());
        using HttpResponseMessage failed = await host.PostAsync(TextPath, ApiHost.Text());
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Contains("internal_error", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static int[] Ids(JsonNode? array) => array is null ? [] : [.. array.AsArray().Select(id => (int)id!)];

    private static string Body(string path, string fields) => path == ChatPath ? ApiHost.Chat(fields) : ApiHost.Text(fields);

    private static void AssertKeys(JsonNode node, params string[] keys) =>
        Assert.Equal(keys.Order(), node.AsObject().Select(p => p.Key).Order());
}
