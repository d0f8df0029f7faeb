using System.Text;
using System.Text.Json;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>JSON values between given texts: tool calls.</summary>
public sealed class TagsTests
{
    private const string City =
        """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";

    private const string Count =
        """{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}""";

    private static readonly Constraint Calls = Constraint.Tagged(
        "<call>\n",
        [
            new("{\"name\": \"get", Count, "}"),
            new("{\"name\": \"get_x\", \"arguments\": ", City, "}"),
            new("{\"name\": \"get_y\", \"arguments\": ", Count, "}\n"),
        ],
        "\n</call>\n<call>\n",
        "\n</call>",
        3);

    public static TheoryData<string, bool> Texts => new()
    {
        { "<call>\n{\"name\": \"get_x\", \"arguments\": {\"city\":\"Bonn\"}}\n</call>", true },
        { "<call>\n{\"name\": \"get_x\", \"arguments\":  { \"city\" : \"Bonn\" }}\n</call>", true },
        { "<call>\n{\"name\": \"get_y\", \"arguments\": {\"n\":3}}\n\n</call>", true },
        { "<call>\n{\"name\": \"get{\"n\":3}}\n</call>\n<call>\n{\"name\": \"get_x\", \"arguments\": {\"city\":\"\"}}\n</call>", true },
        { Repeated(3), true },
        { Repeated(4), false },
        { "<call>\n\n</call>", false },
        { "", false },
        { "<call>\n{\"name\": \"get_x\", \"arguments\": {\"n\":3}}\n</call>", false },
        { "<call>\n{\"name\": \"get_y\", \"arguments\": {\"n\":3}}\n</call>", false },
        { "<call>\n{\"name\": \"get_z\", \"arguments\": {\"n\":3}}\n</call>", false },
        { "<call>\n{\"name\": \"get_x\", \"arguments\": {\"city\":\"Bonn\"}}\n</call>\n", false },
        { "<call>\n{\"name\": \"get_x\", \"arguments\": {\"city\":\"Bonn\"}}", false },
        { "<call>\n{\"name\": \"get_x\", \"arguments\": {\"city\":\"Bonn\"} }\n</call>", false },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Texts_are_told_apart(string text, bool allowed)
    {
        ConstraintState state = Vocabularies.Bytes.Compile(Calls).Start();

        Assert.Equal(allowed, state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting);

        // The text between two tags begins like the one behind the last, so that only the last of as many as may come is known for it.
        Assert.Equal(text == Repeated(3), state.IsComplete);
    }

    [Theory]
    [InlineData("", "", "", "", 2, "{\"city\":\"a\"}{\"city\":\"b\"}", true)]
    [InlineData("", "", "", "", 2, "{\"city\":\"a\"}{\"city\":\"b\"}{\"city\":\"c\"}", false)]
    [InlineData("[", "", ", ", "]", int.MaxValue, "[{\"city\":\"a\"}, {\"city\":\"b\"}, {\"city\":\"c\"}]", true)]
    [InlineData("[", "", ", ", "]", 1, "[{\"city\":\"a\"}, {\"city\":\"b\"}]", false)]
    [InlineData("é", "ü", "–", "—", 2, "éü{\"city\":\"a\"}–ü{\"city\":\"b\"}—", true)]
    public void Any_of_the_texts_may_be_empty(
        string prefix, string begin, string separator, string suffix, int most, string text, bool allowed)
    {
        var constraint = Constraint.Tagged(prefix, [new(begin, City, "")], separator, suffix, most);
        ConstraintState state = Vocabularies.Bytes.Compile(constraint).Start();

        Assert.Equal(allowed, state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting);
    }

    [Fact]
    public void The_shortest_output_is_counted_exactly()
    {
        CompiledConstraint compiled = Vocabularies.Bytes.Compile(Calls);
        int shortest = "<call>\n{\"name\": \"get{\"n\":0}}\n</call>".Length;

        Assert.Equal(shortest, compiled.MinTokens);
        Assert.Equal(shortest, RandomOutput.Sample(compiled, Vocabularies.Bytes, shortest, 1).Length);
    }

    [Fact]
    public void Random_outputs_are_whole_within_every_budget()
    {
        List<TokenTrie> tries = [Vocabularies.Bytes, Vocabularies.Bundled("stories260k")];
        foreach (string name in (string[])["llama2", "qwen3"])
        {
            if (Vocabularies.Shared(name, "</s>") is { } trie)
            {
                tries.Add(trie);
            }
        }

        var counts = new HashSet<int>();
        foreach (TokenTrie trie in tries)
        {
            CompiledConstraint compiled = trie.Compile(Calls);
            for (int seed = 0; seed < 60; seed++)
            {
                string text = RandomOutput.Sample(compiled, trie, compiled.MinTokens + (seed % 20 * seed / 4), seed);
                counts.Add(Check(text));
            }
        }

        Assert.Equal([1, 2, 3], counts.Order());
    }

    [Theory]
    [InlineData("""{"uniqueItems":true}""", "'uniqueItems'")]
    [InlineData("""{"type":""", "not valid JSON")]
    [InlineData("false", "allows no value")]
    public void An_error_names_its_tag(string schema, string message)
    {
        ConstraintException error = Assert.Throws<ConstraintException>(() => Vocabularies.Bytes.Compile(
            Constraint.Tagged("", [new("a", City, ""), new("b", schema, ""), new("c", City, "")], "", "", 1)));

        Assert.Equal(1, error.Tag);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".", "", "")]
    [InlineData("", "", "7")]
    [InlineData("", ",", "")]
    public void A_number_must_be_told_from_what_follows(string end, string separator, string suffix)
    {
        var tags = new ConstraintTag[] { new("", """{"type":"integer"}""", end) };
        bool clear = separator == ",";

        Exception? error = Record.Exception(() => Vocabularies.Bytes.Compile(Constraint.Tagged("", tags, separator, suffix, 2)));

        Assert.Equal(clear ? null : typeof(ConstraintException), error?.GetType());
    }

    [Fact]
    public void Many_tools_of_ordinary_size_are_one_constraint()
    {
        const string Schema = """
            {"type":"object","properties":{"query":{"type":"string","maxLength":200},"unit":{"enum":["c","f"]},"since":{"type":"string",
            "format":"date-time"},"limit":{"type":"integer","minimum":1,"maximum":100},"mail":{"type":"string","format":"email"},
            "filter":{"type":"array","items":{"type":"object","properties":{"field":{"type":"string"},"value":{"type":["string","number"]}},
            "required":["field","value"],"additionalProperties":false}}},"required":["query"],"additionalProperties":false}
            """;
        TokenTrie trie = Vocabularies.Bundled("stories260k");
        ConstraintTag[] tools =
            [.. Enumerable.Range(0, 128).Select(i => new ConstraintTag($"{{\"name\": \"tool_{i}\", \"arguments\": ", Schema, "}"))];
        CompiledConstraint compiled = trie.Compile(Constraint.Tagged("<call>", tools, "</call><call>", "</call>", int.MaxValue));

        for (int seed = 0; seed < 10; seed++)
        {
            string text = RandomOutput.Sample(compiled, trie, compiled.MinTokens + (20 * seed), seed);
            Assert.StartsWith("<call>{\"name\": \"tool_", text, StringComparison.Ordinal);
            Assert.EndsWith("}</call>", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_tags_are_no_text()
    {
        Assert.Throws<ConstraintException>(() => Vocabularies.Bytes.Compile(Constraint.Tagged("", [], "", "", 1)));
        Assert.Throws<ConstraintException>(() => Vocabularies.Bytes.Compile(Constraint.Tagged("", [new("", City, "")], "", "", 0)));
    }

    [Fact]
    public void Keys_tell_constraints_apart()
    {
        ConstraintTag tag = new("a", City, "b");
        Constraint[] all =
        [
            Constraint.Tagged("x", [tag], "", "", 1),
            Constraint.Tagged("", [tag], "x", "", 1),
            Constraint.Tagged("", [tag], "", "x", 1),
            Constraint.Tagged("x", [tag], "", "", 2),
            Constraint.Tagged("x", [tag, tag], "", "", 1),
            Constraint.Tagged("x", [tag with { Begin = "" }], "", "", 1),
            Constraint.Tagged("x", [tag with { Schema = Count }], "", "", 1),
        ];

        Assert.Equal(all.Length, all.Select(c => c.Key).Distinct().Count());
        Assert.Equal(all[0].Key, Constraint.Tagged("x", [tag with { }], "", "", 1).Key);
        Assert.All(all, c => Assert.True(c.SourceBytes >= c.Tags!.Texts().Sum(t => t.Length)));
    }

    private static string Repeated(int times) =>
        "<call>\n" + string.Join("\n</call>\n<call>\n", Enumerable.Repeat("{\"name\": \"get{\"n\":3}}", times)) + "\n</call>";

    // How many calls the text has, each of which parses.
    private static int Check(string text)
    {
        Assert.StartsWith("<call>\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n</call>", text, StringComparison.Ordinal);
        string[] calls = text["<call>\n".Length..^"\n</call>".Length].Split("\n</call>\n<call>\n");
        foreach (string call in calls)
        {
            int brace = call.IndexOf('{', 1);
            string head = call[..brace].TrimEnd();
            string[] heads = ["{\"name\": \"get", "{\"name\": \"get_x\", \"arguments\":", "{\"name\": \"get_y\", \"arguments\":"];
            Assert.Contains(head, heads);
            string body = call[brace..].TrimEnd('\n')[..^1];
            using JsonDocument parsed = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            Assert.Equal(1, parsed.RootElement.GetPropertyCount());
            Assert.True(parsed.RootElement.TryGetProperty(head.Contains("get_x", StringComparison.Ordinal) ? "city" : "n", out _));
        }

        return calls.Length;
    }
}
