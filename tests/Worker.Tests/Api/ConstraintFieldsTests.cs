using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.Api;

/// <summary>Every way to say what the output must be: what reaches the engine, and what is refused.</summary>
public sealed class ConstraintFieldsTests
{
    private const string Schema = """{"type":"object","properties":{"a":{"const":1}},"required":["a"],"additionalProperties":false}""";

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "{\"b\":2}", "[1]")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a-b_1\",\"strict\":true,\"schema\":SCHEMA}}", "{\"a\":1}", "{\"b\":2}")]
    [InlineData("\"response_format\":{\"type\":\"json_object\",\"schema\":SCHEMA}", "{\"a\":1}", "{\"b\":2}")]
    [InlineData("\"guided_json\":SCHEMA", "{\"a\":1}", "{\"b\":2}")]
    [InlineData("\"guided_json\":\"{\\\"const\\\":7}\"", "7", "8")]
    [InlineData("\"guided_regex\":\"[ab]{2}\"", "ba", "bc")]
    [InlineData("\"guided_choice\":[\"yes\",\"no\"]", "no", "maybe")]
    [InlineData("\"structured_outputs\":{\"json\":SCHEMA}", "{\"a\":1}", "{}")]
    [InlineData("\"structured_outputs\":{\"regex\":\"x+\"}", "xx", "y")]
    [InlineData("\"structured_outputs\":{\"regex\":\"x+\",\"grammar\":null,\"whitespace_pattern\":null}", "xx", "y")]
    [InlineData("\"structured_outputs\":{\"choice\":[\"yes\"]}", "yes", "no")]
    [InlineData("\"structured_outputs\":{\"json_object\":true,\"json\":null}", "{}", "1")]
    public async Task A_constraint_reaches_the_engine(string fields, string allowed, string refused)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        fields = fields.Replace("SCHEMA", Schema, StringComparison.Ordinal);
        await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat(fields));
        await host.PostForJsonAsync("/v1/completions", ApiHost.Text(fields));
        Assert.Equal(2, host.Engine.Requests.Count);
        foreach (GenerationRequest request in host.Engine.Requests)
        {
            Assert.True(Accepts(request.Constraint!, allowed));
            Assert.False(Accepts(request.Constraint!, refused));
        }
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"text\"}")]
    [InlineData("\"response_format\":null,\"guided_json\":null")]
    public async Task Nothing_asked_for_is_nothing(string fields)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat(fields));
        Assert.Null(host.Engine.Requests.Single().Constraint);
    }

    [Fact]
    public async Task Scoring_a_prompt_wants_no_constraint()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostForJsonAsync("/v1/completions", ApiHost.Text("\"echo\":true,\"max_tokens\":0,\"guided_regex\":\"x\""));
        Assert.Null(host.Engine.Requests.Single().Constraint);
    }

    [Theory]
    [InlineData("\"response_format\":7", "response_format", "invalid_schema")]
    [InlineData("\"response_format\":{}", "response_format", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}", "response_format.json_schema.name", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\",\"schema\":{}}}", "response_format.json_schema.name", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}", "response_format.json_schema.schema", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":5}}", "response_format.json_schema.schema", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"banana\"}}}", "response_format.json_schema.schema", "invalid_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":1,\"schema\":{}}}", "response_format.json_schema.strict", "invalid_value")]
    [InlineData("\"guided_json\":\"{\"", "guided_json", "invalid_schema")]
    [InlineData("\"guided_json\":false", "guided_json", "invalid_schema")]
    [InlineData("\"guided_regex\":7", "guided_regex", "invalid_value")]
    [InlineData("\"guided_regex\":\"(\"", "guided_regex", "invalid_schema")]
    [InlineData("\"guided_regex\":\"^+[a-z]\"", "guided_regex", "invalid_schema")]
    [InlineData("\"guided_regex\":\"(?=a)b\"", "guided_regex", "invalid_schema")]
    [InlineData("\"guided_regex\":\"(a)\\\\1\"", "guided_regex", "invalid_schema")]
    [InlineData("\"guided_regex\":\"(a{1000}){1000}\"", "guided_regex", "schema_too_complex")]
    [InlineData("\"guided_choice\":[]", "guided_choice", "invalid_schema")]
    [InlineData("\"guided_choice\":\"yes\"", "guided_choice", "invalid_schema")]
    [InlineData("\"guided_choice\":[\"a\",null]", "guided_choice[1]", "invalid_value")]
    [InlineData("\"structured_outputs\":[]", "structured_outputs", "invalid_schema")]
    [InlineData("\"structured_outputs\":{}", "structured_outputs", "invalid_schema")]
    [InlineData("\"structured_outputs\":{\"json_object\":false}", "structured_outputs", "invalid_schema")]
    [InlineData("\"structured_outputs\":{\"jsn\":{}}", "structured_outputs.jsn", "unsupported_parameter")]
    [InlineData("\"structured_outputs\":{\"json_object\":1}", "structured_outputs.json_object", "invalid_value")]
    [InlineData("\"structured_outputs\":{\"json\":{},\"regex\":\"x\"}", "structured_outputs.regex", "invalid_value")]
    [InlineData("\"guided_regex\":\"x\",\"response_format\":{\"type\":\"json_object\"}", "guided_regex", "invalid_value")]
    [InlineData("\"guided_regex\":\"[a-z]{20}\",\"max_tokens\":19", "max_tokens", "invalid_value")]
    [InlineData("\"guided_regex\":\"[a-z]{300}\"", "max_tokens", "invalid_value")]
    public async Task What_cannot_be_kept_is_refused(string fields, string param, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach ((string path, string body) in new[] { ("/v1/chat/completions", ApiHost.Chat(fields)), ("/v1/completions", ApiHost.Text(fields)) })
        {
            using HttpResponseMessage response = await host.PostAsync(path, body);
            JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal((param, code), ((string?)error["param"], (string?)error["code"]));
        }

        Assert.Empty(host.Engine.Requests);
        await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat());
    }

    private static bool Accepts(CompiledConstraint constraint, string text)
    {
        ConstraintState state = constraint.Start();
        return state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting;
    }
}
