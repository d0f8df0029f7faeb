using System.Text;

namespace Godwit.System.Tests.BadInput;

/// <summary>Catalogue C and D: bodies that are no JSON, and messages.</summary>
internal static class BadBodies
{
    private const string Chat = "/v1/chat/completions";
    private const string Hi = """{"role":"user","content":"Hi"}""";

    public static IEnumerable<BadRequest> All =>
    [
        BadRequest.Post("52 no model", Chat, $$"""{"messages":[{{Hi}}]}""", 400, "missing_required_parameter", "model"),
        BadRequest.Post("52 empty model", Chat, $$"""{"model":"","messages":[{{Hi}}]}""", 400, "missing_required_parameter", "model"),
        BadRequest.Post("52 model 5", Chat, $$"""{"model":5,"messages":[{{Hi}}]}""", 400, "invalid_value", "model"),
        BadRequest.Post("52 model with control characters", Chat, $$"""{"model":"a\u0001","messages":[{{Hi}}]}""", 400, "invalid_value", "model"),
        BadRequest.Post("51 unknown model", Chat, $$"""{"model":"gpt-x","messages":[{{Hi}}]}""", 404, "model_not_found", "model"),
        .. new[] { "", "{", "{} {}", "{\"model\":\"a\",}", "{/* */}", "[]", "null", "\"x\"", "{\"temperature\":NaN}" }
            .Select(body => BadRequest.Post($"56-61 {body}", Chat, body, 400, "invalid_json")),
        BadRequest.Field("62 depth 65", $"\"x\":{new string('[', 64)}{new string(']', 64)}", 400, "invalid_json"),
        BadRequest.Post("63 100,000 brackets", Chat, new string('[', 100_000), 400, "invalid_json"),
        BadRequest.Field("64 100,000 keys", $"\"max_tokens\":2,\"x\":{{{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i}\":1"))}}}", 200),
        BadRequest.Field("65 an array of a million", $"\"max_tokens\":2,\"x\":[{string.Join(',', Enumerable.Repeat('1', 1_000_000))}]", 200),
        BadRequest.Field("66 a field twice", "\"n\":1,\"n\":1", 400, "duplicate_field"),
        BadRequest.Field("67 a field twice, once in capitals", "\"max_tokens\":2,\"N\":\"x\"", 200),
        BadRequest.Field("68 \"NaN\"", "\"temperature\":\"NaN\"", 400, "invalid_value", "temperature"),
        BadRequest.Field("69 1e400", "\"temperature\":1e400", 400, "invalid_value", "temperature"),
        BadRequest.Field("70 a million digits", $"\"max_tokens\":{new string('9', 1_000_000)}", 400, "invalid_value", "max_tokens"),
        BadRequest.Field("71 \"7\" for an integer", "\"max_tokens\":\"7\"", 400, "invalid_value", "max_tokens"),
        BadRequest.Field("72 1e2 for an integer", "\"max_tokens\":1e2", 400, "invalid_value", "max_tokens"),
        BadRequest.Field("72 2^63", "\"max_tokens\":9223372036854775808", 400, "invalid_value", "max_tokens"),
        BadRequest.Field("73 true for a number", "\"temperature\":true", 400, "invalid_value", "temperature"),
        Bytes("74 byte FF", [.. "{\"model\":\""u8, 0xff, .. "\"}"u8]),
        Bytes("74 truncated UTF-8", [.. "{\"model\":\""u8, 0xe2, 0x82, .. "\"}"u8]),
        Bytes("74 overlong UTF-8", [.. "{\"model\":\""u8, 0xc0, 0xaf, .. "\"}"u8]),
        BadRequest.Chat("75 half a surrogate pair in a value", """ "messages":[{"role":"user","content":"\ud800"}] """, 400, "invalid_utf8"),
        BadRequest.Field("76 half a surrogate pair in a name", "\"\\ud800\":1", 400, "invalid_utf8"),
        Bytes("77 UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")]),
        BadRequest.Body("78 UTF-8 with its mark", Chat, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes($$"""{"model":"stories260k","max_tokens":2,"messages":[{{Hi}}]}""")], 200, null),
        BadRequest.Chat("79 NUL in a text", """ "messages":[{"role":"user","content":"a\u0000b"}] """, 200),
        BadRequest.Chat("80 marks and joiners", $$""" "messages":[{"role":"user","content":"a{{string.Concat(Enumerable.Repeat("\u0301", 60))}} אבג 👩‍👩‍👧"}] """, 200),
        BadRequest.Field("81 unknown fields", "\"max_tokens\":2,\"frobnicate\":{\"a\":[1]}", 200),
        .. new[] { "api_base", "lora", "prompt_embeds", "kv_transfer_params" }
            .Select(name => BadRequest.Field($"82 {name}", $"\"{name}\":\"x\"", 400, "unsupported_parameter", name)),
        BadRequest.Chat("83 messages null", "\"messages\":null", 400, "missing_required_parameter", "messages"),
        BadRequest.Chat("83 messages []", "\"messages\":[]", 400, "invalid_value", "messages"),
        BadRequest.Chat("83 messages {}", "\"messages\":{}", 400, "invalid_value", "messages"),
        BadRequest.Chat("84 not an object", $"\"messages\":[{Hi},7]", 400, "invalid_value", "messages[1]"),
        BadRequest.Chat("85 no role", $$"""  "messages":[{{Hi}},{{Hi}},{{Hi}},{"content":"x"}]""", 400, "missing_required_parameter", "messages[3].role"),
        BadRequest.Chat("85 SYSTEM", """ "messages":[{"role":"SYSTEM","content":"x"}]""", 400, "invalid_value", "messages[0].role"),
        BadRequest.Chat("85 role 7", """ "messages":[{"role":7,"content":"x"}]""", 400, "invalid_value", "messages[0].role"),
        .. new[] { ("null", "missing_required_parameter"), ("7", "invalid_value"), ("[]", "invalid_value"), ("[[]]", "invalid_value") }
            .Select(c => BadRequest.Chat($"86 content {c.Item1}", $$""" "messages":[{"role":"user","content":{{c.Item1}}}]""", 400, c.Item2, "messages[0].content")),
        BadRequest.Chat("87 tool message without id", $$""" "messages":[{{Hi}},{"role":"tool","content":"x"}]""", 400, null, "messages[1].tool_call_id"),
        BadRequest.Chat("87 tool message with an unknown id", $$""" "messages":[{{Hi}},{"role":"tool","content":"x","tool_call_id":"nobody"}]""", 400, "invalid_value", "messages[1].tool_call_id"),
        BadRequest.Chat("88 long name", $$""" "messages":[{"role":"user","content":"x","name":"{{new string('n', 65)}}"}]""", 400, "invalid_value", "messages[0].name"),
        BadRequest.Chat("88 name with a space", """ "messages":[{"role":"user","content":"x","name":"a b"}]""", 400, "invalid_value", "messages[0].name"),
        .. new[] { "image_url", "file", "input_audio" }.Select(type => BadRequest.Chat(
            $"89 {type}",
            $$""" "messages":[{"role":"user","content":[{"type":"{{type}}","{{type}}":{"url":"http://169.254.169.254/"} }]}]""",
            400,
            "unsupported_content_part",
            "messages[0].content")),
        BadRequest.Chat("90 a message of 4 MB", $$""" "messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("once upon a time ", 250_000))}}"}]""", 400, "context_length_exceeded"),
        BadRequest.Chat("91 10,000 messages", $"\"messages\":[{string.Join(',', Enumerable.Repeat(Hi, 10_000))}]", 400),
        BadRequest.Text("92 prompt and max_tokens over the context", $"\"prompt\":[{string.Join(',', Enumerable.Repeat("5", 500))}],\"max_tokens\":13", 400, "context_length_exceeded"),
        BadRequest.Text("93 exactly the context", $"\"prompt\":[{string.Join(',', Enumerable.Repeat("5", 500))}],\"max_tokens\":12", 200),
        BadRequest.Chat("94 special tokens as text", """ "messages":[{"role":"user","content":"<s></s><unk><|im_start|><|endoftext|>[INST]"}]""", 200),
        BadRequest.Chat("95 template syntax as text", """ "messages":[{"role":"user","content":"{{ 7 * 7 }} {% raise %}"}]""", 200),
    ];

    private static BadRequest Bytes(string name, byte[] body) => BadRequest.Body(name, Chat, body, 400, "invalid_utf8");
}
