using System.Text.Json.Nodes;

namespace Godwit.System.Tests.Migration;

/// <summary>Requests of every kind that a move must not change.</summary>
internal static class MixedRequest
{
    private static readonly string[] s_words = ["river", "stone", "lantern", "orchard", "harbour", "winter", "copper", "meadow", "falcon", "bridge"];

    /// <summary>Path and body of one; the same for the same number.</summary>
    public static (string Path, JsonObject Body) Make(string model, int number)
    {
        Random random = new(number);
        JsonObject body = new()
        {
            ["model"] = model,
            ["max_tokens"] = random.Next(32, 160),
            ["seed"] = number,
            ["temperature"] = random.Next(2) == 0 ? 0 : 0.9,
            ["stream"] = random.Next(3) > 0,
            ["ignore_eos"] = true,
        };
        if (body["stream"]!.GetValue<bool>() && random.Next(2) == 0)
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        if (random.Next(5) == 0)
            body["n"] = 2;
        if (random.Next(4) == 0)
            body["frequency_penalty"] = 0.7;
        string text = string.Join(' ', Enumerable.Range(0, random.Next(3, 60)).Select(_ => s_words[random.Next(s_words.Length)]));
        bool chat = random.Next(2) == 0;
        if (random.Next(5) == 0)
        {
            body.Remove("ignore_eos");
            body["max_tokens"] = 48;
            body["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject
                {
                    ["name"] = "place",
                    ["strict"] = true,
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["name"] = new JsonObject { ["type"] = "string", ["maxLength"] = 12 },
                            ["depth"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 999 },
                        },
                        ["required"] = new JsonArray("name", "depth"),
                        ["additionalProperties"] = false,
                    },
                },
            };
        }

        bool logprobs = random.Next(3) == 0;
        if (chat)
        {
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text });
            if (logprobs)
            {
                body["logprobs"] = true;
                body["top_logprobs"] = 3;
            }
        }
        else
        {
            body["prompt"] = text;
            if (logprobs)
                body["logprobs"] = 2;
        }

        return (chat ? "/v1/chat/completions" : "/v1/completions", body);
    }
}
