using System.Text.RegularExpressions;
using Godwit.Contracts.Frames;

namespace Godwit.Worker.Tests.Migration;

/// <summary>Requests of every kind that can be moved.</summary>
internal static partial class Bodies
{
    private const string Schema = """
        {"type":"object","properties":{"name":{"type":"string","maxLength":40},"tags":{"type":"array","minItems":20,"maxItems":24,
        "items":{"enum":["red","green","blue"]}}},"required":["name","tags"],"additionalProperties":false}
        """;

    private const string Chat = "/v1/chat/completions";

    private const string Tool = """
        {"type":"function","function":{"name":"paint","parameters":{"type":"object","properties":{"colours":{"type":"array","minItems":20,
        "maxItems":24,"items":{"enum":["red","green","blue"]}}},"required":["colours"],"additionalProperties":false}}}
        """;

    public static TheoryData<string, string, bool> All
    {
        get
        {
            var data = new TheoryData<string, string, bool>();
            foreach (bool stream in (bool[])[true, false])
            {
                data.Add("/v1/completions", "\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":300", stream);
                data.Add("/v1/completions", "\"temperature\":1.1,\"ignore_eos\":true,\"max_tokens\":300,\"return_token_ids\":true", stream);
                data.Add("/v1/completions", "\"n\":2,\"ignore_eos\":true,\"max_tokens\":260,\"stop\":[\"zebra\"]", stream);
                data.Add("/v1/completions", "\"logprobs\":3,\"ignore_eos\":true,\"max_tokens\":260", stream);
                data.Add(
                    "/v1/completions", "\"n\":2,\"logprobs\":1,\"presence_penalty\":0.5,\"ignore_eos\":true,\"max_tokens\":200", stream);
                data.Add("/v1/completions", $"\"max_tokens\":400,\"guided_json\":{Schema}", stream);
                data.Add(Chat, "\"temperature\":1,\"logprobs\":true,\"top_logprobs\":2,\"ignore_eos\":true,\"max_tokens\":240", stream);
                data.Add(Chat, $"\"max_tokens\":300,\"tool_choice\":\"required\",\"tools\":[{Tool}]", stream);
            }

            data.Add("/v1/completions", "\"n\":1,\"best_of\":3,\"ignore_eos\":true,\"max_tokens\":200", false);
            return data;
        }
    }

    public static string Of(string fields, bool stream, string path = "/v1/completions")
    {
        const string Text = "Once upon a time there was a little bird";
        string prompt = path == Chat ? $"\"messages\":[{{\"role\":\"user\",\"content\":\"{Text}\"}}]" : $"\"prompt\":\"{Text}\"";
        string delivery = stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "\"stream\":false";
        return $"{{\"model\":\"auto\",{prompt},{fields},{delivery}}}";
    }

    public static AdmissionTicket Ticket(string request, int epoch = 1) =>
        new(request, epoch, 1_750_000_000, 0, Seed: 12345, TestWorker.Model, null, "tenant", Priority: 0);

    /// <summary>An answer without what may differ (DESIGN §5.3).</summary>
    public static string Comparable(string answer) => CachedTokens().Replace(answer, "");

    [GeneratedRegex("\"cached_tokens\":\\d+")]
    private static partial Regex CachedTokens();
}
