using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.Api;

/// <summary>Calls that have to be, written by a model that draws anything at all: what the constraint allows the parser reads.</summary>
public sealed class ForcedCallTests
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{"city":{"type":"string","maxLength":6},"days":{"type":"integer"}},"required":["city"],"additionalProperties":false}}},
                 {"type":"function","function":{"name":"get_all"}}]
        """;

    [Theory]
    [InlineData("hermes", ",\"tool_choice\":\"required\"")]
    [InlineData("hermes", ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false")]
    [InlineData("hermes", ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get\"}}")]
    [InlineData("llama3", ",\"tool_choice\":\"required\"")]
    [InlineData("llama3", ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get\"}}")]
    [InlineData("mistral", ",\"tool_choice\":\"required\"")]
    [InlineData("mistral", ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_all\"}}")]
    public async Task Whatever_is_drawn_is_calls_with_valid_arguments(string format, string choice)
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with { ToolCalls = ToolCallFormat.Find(format, null) });
        var random = new Random(7);
        host.Engine.Script = (request, outputs) => Draw(request, outputs, random);
        JsonNode answer = await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat(Tools + choice + ",\"n\":20,\"max_tokens\":170"));
        foreach (JsonNode drawn in answer["choices"]!.AsArray().OfType<JsonNode>())
        {
            Assert.Equal(choice.Contains("\"name\"", StringComparison.Ordinal) ? "stop" : "tool_calls", (string?)drawn["finish_reason"]);
            Assert.Null(drawn["message"]!["content"]);
            JsonArray calls = drawn["message"]!["tool_calls"]!.AsArray();
            Assert.InRange(calls.Count, 1, choice.EndsWith("\"required\"", StringComparison.Ordinal) ? 16 : 1);
            foreach (JsonNode function in calls.Select(call => call!["function"]!))
            {
                using JsonDocument arguments = JsonDocument.Parse((string)function["arguments"]!);
                Assert.Contains((string?)function["name"], (string[])["get", "get_all"]);
                Assert.Equal((string?)function["name"] == "get", arguments.RootElement.TryGetProperty("city", out _));
            }
        }
    }

    // The scripted vocabulary is bytes, so that an output of one token may end within a character; it is held to the next.
    private static void Draw(GenerationRequest request, ChannelWriter<SequenceOutput> outputs, Random random)
    {
        for (int choice = 0; choice < request.ChoicesPerPrompt; choice++)
        {
            ConstraintState state = request.Constraint!.Start();
            Decoder decoder = Encoding.UTF8.GetDecoder();
            var pending = new List<int>();
            char[] units = new char[4];
            int index = 0;
            bool ended = false;
            for (int left = request.Sampling.MaxTokens!.Value; !ended; left--)
            {
                int token = Pick(state.Mask(left), random);
                Assert.True(state.TryAdvance(token));
                ended = token == ScriptedEngine.Eos || state.IsComplete;
                pending.Add(token);
                string text = token == ScriptedEngine.Eos
                    ? ""
                    : new string(units, 0, decoder.GetChars(ScriptedEngine.BytesOf(token), units, flush: false));
                if (text.Length > 0 || ended)
                {
                    outputs.TryWrite(new SequenceOutput(choice, index, pending.ToArray(), text, ended ? FinishReason.Stop : null)
                    {
                        TextLengths = [.. Enumerable.Repeat(0, pending.Count - 1), text.Length],
                    });
                    index += pending.Count;
                    pending.Clear();
                }
            }
        }

        outputs.TryComplete();
    }

    private static int Pick(ReadOnlySpan<uint> mask, Random random)
    {
        var allowed = new List<int>();
        for (int id = 0; id < ScriptedEngine.VocabularySize; id++)
        {
            if ((mask[id / 32] >> (id % 32) & 1) != 0)
            {
                allowed.Add(id);
            }
        }

        return allowed[random.Next(allowed.Count)];
    }
}
