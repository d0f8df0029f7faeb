using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.OpenAI;
using Godwit.Gateway.Selection;
using Godwit.Gateway.Selection.Reading;

namespace Godwit.Gateway.Tests.Selection;

public sealed class SelectionBodyReaderTests
{
    private static readonly string[] s_fields = ["model", "godwit", "messages", "prompt", "n", "tools", "response_format"];

    [Theory]
    [InlineData("""{"model":"auto","messages":[{"role":"user"}]}""", """{"model":"sql","messages":[{"role":"user"}]}""")]
    [InlineData("""{"model":"auto","godwit":{},"n":1}""", """{"model":"sql","n":1}""")]
    [InlineData("""{"godwit" : {"goals":{}} , "model":"auto"}""", """{ "model":"sql"}""")]
    [InlineData("""{"model":"auto" , "godwit":null}""", """{"model":"sql" }""")]
    [InlineData("""{"godwit":{},"prompt":"a"}""", """{"model":"sql","prompt":"a"}""")]
    [InlineData("""{"prompt":"a","godwit":{}}""", """{"prompt":"a","model":"sql"}""")]
    [InlineData("""{"prompt":"a"}""", """{"model":"sql","prompt":"a"}""")]
    [InlineData("{ }", """{"model":"sql" }""")]
    [InlineData("""{"model":null,"prompt":"a"}""", """{"model":"sql","prompt":"a"}""")]
    public void Body_names_the_model_and_nothing_of_ours(string body, string expected)
    {
        Assert.Equal(expected, Rewrite(body));
        Assert.Equal("\uFEFF" + expected, Rewrite("\uFEFF" + body));
    }

    [Fact]
    public void Flags_are_taken_out_of_what_users_say_and_of_nothing_else()
    {
        string text = Rewrite("""
            {"model":"auto","messages":[
              {"role":"system","content":"[Flag: size=1] stays"},
              {"role":"user","content":"[Flag: latency=0.5] first"},
              {"role":"assistant","content":"[Flag: size=1] stays"},
              {"content":[{"type":"text","text":"\u005bFlag: smallest model] ä"},{"type":"text","text":"b [Flag: no such]"}],"role":"user"}]}
            """);
        JsonArray messages = JsonNode.Parse(text)!["messages"]!.AsArray();
        Assert.Equal("[Flag: size=1] stays", (string?)messages[0]!["content"]);
        Assert.Equal("first", (string?)messages[1]!["content"]);
        Assert.Equal("[Flag: size=1] stays", (string?)messages[2]!["content"]);
        Assert.Equal("ä", (string?)messages[3]!["content"]![0]!["text"]);
        Assert.Equal("b", (string?)messages[3]!["content"]![1]!["text"]);
    }

    [Fact]
    public void Only_the_last_users_flags_count()
    {
        PromptReading read = Read("""
            {"model":"auto","messages":[{"role":"user","content":"[Flag: latency=0.5] a"},{"role":"assistant","content":"b"},
             {"role":"user","content":[{"type":"text","text":"c [Flag: size=0.4]"},{"type":"image_url"},{"type":"text","text":"[Flag: foo]d"}]},
             {"role":"tool","content":"[Flag: price]"}]}
            """).Prompt;
        Assert.Equal("c\nd", read.Text);
        Assert.Equal([KeyValuePair.Create("size", 0.4)], read.Flags.Applied);
        Assert.Equal(["foo"], read.Flags.Unknown);
        Assert.True(read.GoesOn);
    }

    [Theory]
    [InlineData("""{"prompt":"a [Flag: best]"}""", "a", true)]
    [InlineData("""{"prompt":["a","b"]}""", "a", true)]
    [InlineData("""{"prompt":[1,2]}""", "", false)]
    [InlineData("""{"prompt":[[1,2],[3]]}""", "", false)]
    [InlineData("""{"prompt":"\ud800"}""", "", true)]
    [InlineData("""{"prompt":{"text":"a"}}""", "a", true)]
    [InlineData("{}", "", true)]
    public void Prompt_of_a_completion_is_text_or_not(string body, string text, bool isText)
    {
        PromptReading read = Read(body, isChat: false).Prompt;
        Assert.Equal((text, isText), (read.Text, read.IsText));
    }

    [Theory]
    [InlineData("""{"tools":[{}]}""", true, false)]
    [InlineData("""{"tools":[{}],"tool_choice":"none"}""", false, false)]
    [InlineData("""{"tools":null,"response_format":{"type":"text"}}""", false, false)]
    [InlineData("""{"response_format":{"x":[1],"type":"json_schema","json_schema":{"type":"text"}}}""", false, true)]
    [InlineData("""{"response_format":null,"guided_regex":"a"}""", false, true)]
    [InlineData("""{"structured_outputs":{"json":{}}}""", false, true)]
    [InlineData("""{"x":{"tools":[{}]},"guided_json":null}""", false, false)]
    public void Needs_are_seen(string body, bool tools, bool structured)
    {
        SelectionBody read = Read(body);
        Assert.Equal((tools, structured), (read.HasTools, read.IsStructured));
    }

    [Fact]
    public void Field_is_read()
    {
        SelectionField field = Read("""
            {"godwit":{"goals":{"size":0.4,"latency":1},"models":["a","b"],"needs":["tools"],"conversation":"c","residency":"de",
             "max_security_class":0}}
            """).Field;
        Assert.Equal(2, field.Goals!.Count);
        Assert.Equal(["a", "b"], field.Models!);
        Assert.Equal(["tools"], field.Needs);
        Assert.Equal(("c", "de", 0), (field.Conversation, field.Residency, field.MaxSecurityClass));
    }

    [Theory]
    [InlineData("7", "godwit")]
    [InlineData("""{"goals":[]}""", "godwit.goals")]
    [InlineData("""{"goals":{"size":-1}}""", "godwit.goals.size")]
    [InlineData("""{"goals":{"size":1e9}}""", "godwit.goals.size")]
    [InlineData("""{"goals":{"size":"a"}}""", "godwit.goals.size")]
    [InlineData("""{"models":[]}""", "godwit.models")]
    [InlineData("""{"models":["a",7]}""", "godwit.models")]
    [InlineData("""{"needs":"a"}""", "godwit.needs")]
    [InlineData("""{"conversation":""}""", "godwit.conversation")]
    [InlineData("""{"conversation":"\ud800"}""", "godwit.conversation")]
    [InlineData("""{"residency":1}""", "godwit.residency")]
    [InlineData("""{"max_security_class":-1}""", "godwit.max_security_class")]
    public void Wrong_values_of_the_field_are_refused(string value, string param)
    {
        ApiError error = Refusal($$"""{"godwit":{{value}}}""");
        Assert.Equal((400, "invalid_value", param), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public void Field_that_is_there_twice_or_huge_is_refused()
    {
        Assert.Equal("duplicate_field", Refusal("""{"godwit":{},"godwit":{}}""").Code);
        Assert.Equal("godwit", Refusal("""{"godwit":{"x":"Z"}}""".Replace("Z", new string('x', 20_000), StringComparison.Ordinal)).Param);
    }

    [Fact]
    public void Unknown_goals_and_fields_are_reported_in_a_few_printable_characters()
    {
        SelectionWarnings warnings = new();
        string goals = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"ä{i}\":1"));
        (SelectionBody? body, _) = SelectionBodyReader.Read(
            Encoding.UTF8.GetBytes("""{"godwit":{"foo":1,"goals":{Z}}}""".Replace("Z", goals, StringComparison.Ordinal)), isChat: true, warnings);
        Assert.NotNull(body);
        Assert.Equal(21, warnings.UnknownCount);
        string header = warnings.ToHeader()!;
        Assert.StartsWith("""unknown field "godwit.foo"; unknown goal "?0";""", header);
        Assert.EndsWith("and 13 more", header);
        Assert.True(header.Length < 1000 && header.All(c => c is >= ' ' and <= '~'));
    }

    [Fact]
    public void Any_body_means_the_same_afterwards_but_for_what_is_ours() => GenBody.Sample(body =>
    {
        string json = body.ToJsonString();
        JsonObject expected = (JsonObject)body.DeepClone();
        expected.Remove("godwit");
        expected["model"] = "sql";
        JsonObject actual = JsonNode.Parse(Rewrite(json))!.AsObject();
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{json} → {actual.ToJsonString()}");
    });

    [Fact]
    public void A_named_model_loses_the_field_alone() => GenBody.Sample(body =>
    {
        byte[] json = Encoding.UTF8.GetBytes(body.ToJsonString());
        JsonObject expected = (JsonObject)body.DeepClone();
        expected.Remove("godwit");
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(Apply(json, SelectionBodyReader.Strip(json)))));
    });

    private static Gen<JsonObject> GenBody { get; } =
        Gen.Select(Gen.Shuffle(s_fields), Gen.Int[0, s_fields.Length], Gen.Int[0, 5], Gen.String)
            .Select((order, count, style, text) =>
            {
                string clean = new([.. text.Where(c => !char.IsSurrogate(c) && c != '[').Take(12)]);
                JsonObject body = [];
                foreach (string name in order.Take(count))
                {
                    body[name] = name switch
                    {
                        "model" => "auto",
                        "godwit" => style % 2 == 0 ? new JsonObject { ["goals"] = new JsonObject { ["size"] = 0.25 } } : new JsonObject(),
                        "messages" => new JsonArray(new JsonObject { ["role"] = style < 3 ? "user" : "tool", ["content"] = clean }),
                        "prompt" => clean,
                        "n" => 1,
                        "tools" => new JsonArray(new JsonObject { [clean] = clean }),
                        _ => new JsonObject { ["type"] = clean },
                    };
                }

                return body;
            });

    private static SelectionBody Read(string body, bool isChat = true)
    {
        (SelectionBody? read, ApiError? error) = SelectionBodyReader.Read(Encoding.UTF8.GetBytes(body), isChat, new SelectionWarnings());
        Assert.Null(error);
        return read!;
    }

    private static ApiError Refusal(string body) =>
        SelectionBodyReader.Read(Encoding.UTF8.GetBytes(body), isChat: true, new SelectionWarnings()).Error!;

    private static string Rewrite(string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        (SelectionBody? read, ApiError? error) = SelectionBodyReader.Read(body, isChat: true, new SelectionWarnings());
        Assert.Null(error);
        byte[] rewritten = Apply(body, read!.EditsFor("sql"));
        Assert.Equal("sql", GenerationCallReader.Read(rewritten).Call!.Model);
        return Encoding.UTF8.GetString(rewritten);
    }

    private static byte[] Apply(byte[] body, IReadOnlyList<BodyEdit> edits)
    {
        List<byte> bytes = [.. body];
        foreach (BodyEdit edit in edits.OrderByDescending(edit => edit.At.Start.Value))
        {
            bytes.RemoveRange(edit.At.Start.Value, edit.At.End.Value - edit.At.Start.Value);
            bytes.InsertRange(edit.At.Start.Value, edit.Replacement.ToArray());
        }

        return [.. bytes];
    }
}
