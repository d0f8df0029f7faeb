namespace Godwit.System.Tests.BadInput;

/// <summary>Catalogue E and F: parameters, schemas and regular expressions; and what brought other servers down.</summary>
internal static class BadParameters
{
    private static readonly string[] s_numbers =
    [
        "n", "max_tokens", "max_completion_tokens", "min_tokens", "top_k", "top_logprobs", "prompt_logprobs", "priority",
        "truncate_prompt_tokens", "temperature", "top_p", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty",
    ];

    public static IEnumerable<BadRequest> All =>
    [
        .. Sampling.Select(fields => BadRequest.Field($"E {Short(fields)}", fields, 400, "invalid_value")),
        .. from name in s_numbers
           from value in new[] { "9223372036854775808", "-9223372036854775809", "1e999" }
           select BadRequest.Field($"V30 {name} {value}", $"\"{name}\":{value}", 400, "invalid_value", name),
        BadRequest.Field("V1 n 1e9", "\"n\":1000000000", 400, "invalid_value", "n"),
        BadRequest.Field("106 n times max_tokens", "\"n\":128,\"max_tokens\":2147483647", 400, "request_too_expensive"),
        BadRequest.Field("108 seed -1", "\"max_tokens\":2,\"seed\":-1", 200),
        BadRequest.Field("108 smallest seed", "\"max_tokens\":2,\"seed\":-9223372036854775808", 200),
        BadRequest.Field("115 user of 64 KB", $"\"user\":\"{new string('u', 65_537)}\"", 400, "invalid_value", "user"),
        BadRequest.Field("115 metadata of 64 KB", $"\"metadata\":{{\"a\":\"{new string('u', 65_537)}\"}}", 400, "invalid_value", "metadata"),
        .. new[] { "[-1]", "[512]", "[1.5]", "[[1],\"a\"]", "[]", "[[]]", "\"\"", "7" }
            .Select(prompt => BadRequest.Text($"116 prompt {prompt}", $"\"prompt\":{prompt}", 400, "invalid_value")),
        BadRequest.Text("117 echo with max_tokens 0", "\"prompt\":\"Once\",\"echo\":true,\"max_tokens\":0", 200),
        BadRequest.Text("118 10,000 prompts", $"\"prompt\":[{string.Join(',', Enumerable.Repeat("\"a\"", 10_000))}]", 400, "array_too_long", "prompt"),
        BadRequest.Text("V2 best_of below n", "\"prompt\":\"a\",\"n\":3,\"best_of\":2", 400, "invalid_value", "best_of"),
        .. Constraints,
        .. Tools,
    ];

    private static string[] Sampling =>
    [
        "\"temperature\":-0.1", "\"temperature\":2.01", "\"temperature\":[]",
        "\"top_p\":0", "\"top_p\":-1", "\"top_p\":1.01", "\"top_k\":-2", "\"top_k\":1000000000",
        "\"frequency_penalty\":2.01", "\"presence_penalty\":-2.01", "\"repetition_penalty\":0",
        "\"max_tokens\":0", "\"max_tokens\":-1", "\"max_tokens\":2147483648", "\"max_tokens\":5,\"max_completion_tokens\":6",
        "\"min_tokens\":6,\"max_tokens\":5", "\"n\":0", "\"n\":-1", "\"n\":129",
        "\"seed\":1e20", "\"seed\":1.5", "\"seed\":\"1\"",
        "\"logit_bias\":{\"-1\":1}", "\"logit_bias\":{\"512\":1}", "\"logit_bias\":{\"2147483648\":1}", "\"logit_bias\":{\"x\":1}",
        "\"logit_bias\":{\"5\":101}", "\"logit_bias\":{\"5\":1e400}", "\"logit_bias\":{\"512\":1},\"min_tokens\":1",
        $"\"logit_bias\":{{{string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"0{i}\":1"))}}}",
        "\"logprobs\":true,\"top_logprobs\":-1", "\"logprobs\":true,\"top_logprobs\":21", "\"logprobs\":true,\"top_logprobs\":1000000", "\"top_logprobs\":2",
        "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "\"stop\":\"\"", "\"stop\":[1]", "\"stop\":[null]", $"\"stop\":\"{new string('s', 1_000_000)}\"",
        $"\"stop\":[{string.Join(',', Enumerable.Repeat("\"a\"", 10_000))}]",
        "\"stop_token_ids\":[null]", "\"stop_token_ids\":[512]", "\"stop_token_ids\":[-1],\"min_tokens\":1", "\"stop_token_ids\":[2147483648]",
        "\"stream\":\"true\"", "\"stream_options\":{\"include_usage\":true}",
    ];

    private static IEnumerable<BadRequest> Constraints =>
    [
        BadRequest.Field("119 unknown response_format", "\"response_format\":{\"type\":\"yaml\"}", 400, "invalid_schema"),
        BadRequest.Field("120 json_schema without schema", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\"}}", 400, "invalid_schema"),
        Regex("121 ^+[a-z]", "^+[a-z]", "invalid_schema"),
        Regex("121 (", "(", "invalid_schema"),
        Regex("122 lookahead", "(?=a)b", "invalid_schema"),
        Regex("122 backreference", "(a)\\\\1", "invalid_schema"),
        Regex("123 (a{1000}){1000}", "(a{1000}){1000}", "schema_too_complex"),
        BadRequest.Field("124 (a+)+b", "\"max_tokens\":6,\"guided_regex\":\"(a+)+b\"", 200),
        Schema("121 pattern ^+[a-z]", """{"type":"string","pattern":"^+[a-z]"}""", "invalid_schema"),
        Schema("122 pattern with lookahead", """{"type":"string","pattern":"(?=a)b"}""", "invalid_schema"),
        Schema("126 an enum of 100,000", $$"""{"enum":[{{string.Join(',', Enumerable.Range(0, 100_000))}}]}""", "schema_too_complex"),
        Schema("127 anyOf of 10,000", $$"""{"anyOf":[{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"type":"object","required":["k{{i}}"]}"""))}}]}""", "schema_too_complex"),
        Schema("128 circular $ref", """{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""", null),
        Schema("129 remote $ref", """{"$ref":"http://169.254.169.254/schema.json"}""", "invalid_schema"),
        Schema("129 file $ref", """{"$ref":"file:///nowhere/x"}""", "invalid_schema"),
        Schema("130 minItems 1e9", """{"type":"array","minItems":1000000000}""", null),
        Schema("131 a schema of 1 MB", $$"""{"description":"{{new string('d', 1_000_000)}}"}""", "schema_too_complex"),
        Schema("136 nothing finite", """{"$ref":"#/$defs/a","$defs":{"a":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"required":["a"]}}}""", null),
        BadRequest.Field("a budget below the schema's least", "\"max_tokens\":3,\"guided_regex\":\"[a-z]{40}\"", 400, "invalid_value", "max_tokens"),
    ];

    private static IEnumerable<BadRequest> Tools =>
    [
        BadRequest.Field("132 129 tools", $"\"tools\":[{string.Join(',', Enumerable.Range(0, 129).Select(i => Tool($"f{i}", "{}")))}]", 400, "array_too_long", "tools"),
        BadRequest.Field("133 two tools of one name", $"\"tools\":[{Tool("f", "{}")},{Tool("f", "{}")}]", 400, "invalid_value"),
        BadRequest.Field("133 a name with a space", $"\"tools\":[{Tool("a b", "{}")}]", 400, "invalid_value"),
        BadRequest.Field("134 parameters 7", $"\"tools\":[{Tool("f", "7")}]", 400, null, "tools[0].function.parameters"),
        BadRequest.Field("135 a missing tool is named", $$""" "tools":[{{Tool("f", "{}")}}],"tool_choice":{"type":"function","function":{"name":"g"} }""", 400, "invalid_value"),
        BadRequest.Field("no tools at all", "\"tools\":[]", 400, "invalid_value", "tools"),
        BadRequest.Field("tool_choice without tools", "\"tool_choice\":\"required\"", 400, "invalid_value", "tool_choice"),
        .. new[] { """{"type":"banana"}""", """{"properties":{"a":{"pattern":"^+["}}}""", """{"properties":{"a":{"type":{}}}}""", """{"properties":[]}""", """{"required":7}""" }.Select(
            schema => BadRequest.Field($"V3 {schema}", $"\"tools\":[{Tool("f", schema)}],\"tool_choice\":\"required\"", 400, "invalid_schema", "tools[0].function.parameters")),
    ];

    private static string Tool(string name, string parameters) =>
        "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"parameters\":" + parameters + "}}";

    private static BadRequest Regex(string name, string pattern, string code) =>
        BadRequest.Field(name, $"\"guided_regex\":\"{pattern}\"", 400, code, "guided_regex");

    private static BadRequest Schema(string name, string schema, string? code) => BadRequest.Field(
        name, $$"""  "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{{schema}} } }""", 400, code);

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
