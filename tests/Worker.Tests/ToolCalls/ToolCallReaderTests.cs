using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>Outputs of each format, cut in every way: the calls, and nothing but the calls, come out.</summary>
public sealed class ToolCallReaderTests
{
    private static readonly HashSet<string> s_tools = ["f", "get_weather", "a-b_1", "now"];

    public static TheoryData<string, string, string> Hermes => new()
    {
        { "Just text.", "Just text.", "" },
        { "  Space \n around\n\n", "  Space \n around\n\n", "" },
        { "\n \n", "\n \n", "" },
        { "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>", "", "f {\"a\": 1}" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "", "f {}" },
        { "Let me see.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n", "Let me see.", "f {}" },
        { "One <b>two</b> <tool <tool_cal\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "One <b>two</b> <tool <tool_cal", "f {}" },
        {
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>\n<tool_call>\n{\"name\": \"a-b_1\", \"arguments\": {\"b\": [1, {}]}}\n</tool_call>",
            "",
            "f {\"a\": 1}\na-b_1 {\"b\": [1, {}]}"
        },
        {
            "A\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\nB\n<tool_call>{\"name\":\"now\",\"arguments\":{}}</tool_call> C",
            "A\n\nB\n C",
            "f {}\nnow {}"
        },
        { "<tool_call>{\"arguments\": {\"a\": \"x\"}, \"name\": \"f\"}</tool_call>", "", "f {\"a\": \"x\"}" },
        { "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": \\\"\\u00e9\\ud83e\\udda9\\\\n\\\"}\"}</tool_call>", "", "f {\"a\": \"é🦩\\n\"}" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{\"s\":\"}]{[\\\"</tool_call>\\\\\",\"t\":\"\\u007d\"}}</tool_call>", "", "f {\"s\":\"}]{[\\\"</tool_call>\\\\\",\"t\":\"\\u007d\"}" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{\"city\":\"Zürich 雪🦩\"}}</tool_call>", "", "f {\"city\":\"Zürich 雪🦩\"}" },
        { "<tool_call>\n{\"name\": \"now\"}\n</tool_call>", "", "now {}" },
        { "<tool_call>{\"name\": \"f\", \"arguments\": null}</tool_call>", "", "f null" },
        { "<tool_call>{\"name\": \"f\", \"arguments\": [1,-2.5e3,true]}</tool_call>", "", "f [1,-2.5e3,true]" },
        { "<tool_call>{\"type\":\"function\",\"id\":7,\"name\":\"f\",\"parameters\":{\"a\":1},\"more\":{\"x\":[]}}</tool_call>", "", "f {\"a\":1}" },

        // What is no call stays content, from its opening on.
        { "<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>", "<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>", "" },
        { "<tool_call>hello</tool_call>", "<tool_call>hello</tool_call>", "" },
        { "<tool_call>{\"city\": \"x\"}", "<tool_call>{\"city\": \"x\"}", "" },
        { "Say <tool_call>{\"name\": 5}", "Say <tool_call>{\"name\": 5}", "" },
        { "<tool_call>\n{\"name\": \"f\", \"argum", "<tool_call>\n{\"name\": \"f\", \"argum", "" },
        { "<tool_call>{}</tool_call>", "<tool_call>{}</tool_call>", "" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":}}", "<tool_call>{\"name\":\"f\",\"arguments\":}}", "" },
        { "</tool_call> alone", "</tool_call> alone", "" },
        { "x <tool_", "x <tool_", "" },
        {
            "<tool_call>{\"name\":\"other\"}</tool_call>\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>",
            "<tool_call>{\"name\":\"other\"}</tool_call>",
            "f {}"
        },

        // What goes wrong after it has begun keeps what it has.
        { "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":[1, 2", "", "f {\"a\":[1, 2" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1}\n</tool_call>", "", "f {\"a\":1}" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1</tool_call> end", "end", "f {\"a\":1" },
        { "<tool_call>{\"name\":\"f\",\"arguments\":{}}}\n</tool_call>", "}", "f {}" },
        {
            "<tool_call>{\"name\":\"f\",\"arguments\":{}}<tool_call>{\"name\":\"now\",\"arguments\":{}}",
            "",
            "f {}\nnow {}"
        },
    };

    public static TheoryData<string, string, string> Llama3 => new()
    {
        { "Just text.", "Just text.", "" },
        { " \n text \n", " \n text \n", "" },
        { "{\"name\": \"f\", \"parameters\": {\"a\": 1}}", "", "f {\"a\": 1}" },
        { "{\"name\": \"f\", \"arguments\": {\"a\": 1}}", "", "f {\"a\": 1}" },
        { "\n{\"name\": \"f\", \"parameters\": {}}\n", "", "f {}" },
        { "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}", "", "f {}" },
        { "{\"type\": \"function\", \"name\": \"f\", \"parameters\": {\"x\": \"{;}\"}}", "", "f {\"x\": \"{;}\"}" },
        { "{\"name\":\"f\",\"parameters\":{\"a\":1}}; {\"name\":\"now\",\"parameters\":{}} ;{\"name\":\"a-b_1\",\"parameters\":{\"s\":\";\"}}", "", "f {\"a\":1}\nnow {}\na-b_1 {\"s\":\";\"}" },
        { "{\"name\":\"f\",\"parameters\":{}}\n{\"name\":\"now\",\"parameters\":{}}", "", "f {}\nnow {}" },
        { "<|python_tag|>{\"name\":\"f\",\"parameters\":{}};<|python_tag|>{\"name\":\"now\",\"parameters\":{}}", ";", "f {}\nnow {}" },
        { "{\"parameters\": {\"a\": \"b\"}, \"name\": \"f\"}", "", "f {\"a\": \"b\"}" },
        { "{\"name\": \"f\", \"parameters\": \"{\\\"a\\\": 1}\"}", "", "f {\"a\": 1}" },
        { "{\"name\": \"now\"}", "", "now {}" },
        { "{\"name\":\"f\",\"parameters\":{\"u\":\"\\ud83e\\udda9 🦩\"}}", "", "f {\"u\":\"\\ud83e\\udda9 🦩\"}" },
        { "{\"name\": \"Bob\", \"age\": 3}", "{\"name\": \"Bob\", \"age\": 3}", "" },
        { "{\"city\": {\"name\": \"f\", \"parameters\": {}}}", "{\"city\": {\"name\": \"f\", \"parameters\": {}}}", "" },
        { "{\"name\": \"f\", \"kind\": 1}", "{\"name\": \"f\", \"kind\": 1}", "" },
        { "Use {\"name\": \"f\", \"parameters\": {}}", "Use {\"name\": \"f\", \"parameters\": {}}", "" },
        { "{} and more", "{} and more", "" },
        { "<|python_tag|>print(1)", "print(1)", "" },
        { "Wait. <|python_tag|>{\"name\":\"f\",\"parameters\":{}}", "Wait.", "f {}" },
        { "a <|python|> b <|python_tag", "a <|python|> b <|python_tag", "" },
        { "{\"name\":\"f\",\"parameters\":{\"a\":1}}; then?", "; then?", "f {\"a\":1}" },
        { "{\"name\":\"f\",\"parameters\":{\"a\":{\"b\"", "", "f {\"a\":{\"b\"" },
        { "{\"name\":\"f\",\"param", "{\"name\":\"f\",\"param", "" },
    };

    public static TheoryData<string, string, string> Mistral => new()
    {
        { "Just text.", "Just text.", "" },
        { " [T [TOOL_CALLS [x]\n", " [T [TOOL_CALLS [x]\n", "" },
        { "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": 1}}]", "", "f {\"a\": 1}" },
        { "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": [\"]\"]}}, {\"name\": \"now\", \"arguments\": {}}]", "", "f {\"a\": [\"]\"]}\nnow {}" },
        { "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}, \"id\": \"abcdefghi\"}]", "", "f {}" },
        { "[TOOL_CALLS] [{\"arguments\": {\"s\": \"\\\"}]\"}, \"name\": \"f\"}]\n", "", "f {\"s\": \"\\\"}]\"}" },
        { "Sure. [TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}] Done.", "Sure.  Done.", "f {}" },
        { "[TOOL_CALLS]f{\"a\": 1}", "", "f {\"a\": 1}" },
        { "[TOOL_CALLS]get_weather[ARGS]{\"city\": \"Zürich\"}", "", "get_weather {\"city\": \"Zürich\"}" },
        { "[TOOL_CALLS]f[ARGS]{\"a\":{\"b\":\"}\"}}[TOOL_CALLS]a-b_1[ARGS]{}", "", "f {\"a\":{\"b\":\"}\"}}\na-b_1 {}" },
        { "[TOOL_CALLS]f[CALL_ID]abc123xyz[ARGS]{\"a\":1}", "", "f {\"a\":1}" },
        { "[TOOL_CALLS] f[ARGS] {\"a\":1}", "", "f {\"a\":1}" },
        { "[TOOL_CALLS]{\"name\": \"f\", \"arguments\": {}}", "", "f {}" },
        { "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": \"{}\"}]", "", "f {}" },
        { "[TOOL_CALLS] [{\"name\": \"other\", \"arguments\": {}}]", " [{\"name\": \"other\", \"arguments\": {}}]", "" },
        { "[TOOL_CALLS]other{\"a\": 1}", "other{\"a\": 1}", "" },
        { "[TOOL_CALLS]other[ARGS]{}", "other[ARGS]{}", "" },
        { "[TOOL_CALLS]f[AR]{}", "f[AR]{}", "" },
        { "[TOOL_CALLS]f[ARGS]x", "fx", "" },
        { "[TOOL_CALLS]f[AR", "f[AR", "" },
        { "[TOOL_CALLS] [1, 2]", " [1, 2]", "" },
        { "[TOOL_CALLS] hello there", " hello there", "" },
        { "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": 1}}", "", "f {\"a\": 1}" },
        { "[TOOL_CALLS]f{\"a\": [1, ", "", "f {\"a\": [1, " },
        { "[TOOL_CALLS] [{\"name\": \"f\", \"argu", " [{\"name\": \"f\", \"argu", "" },
    };

    [Theory]
    [MemberData(nameof(Hermes))]
    public void Hermes_calls(string text, string content, string calls) => AssertParsed(ToolCallFormat.Hermes, text, content, calls);

    [Theory]
    [MemberData(nameof(Llama3))]
    public void Llama_3_calls(string text, string content, string calls) => AssertParsed(ToolCallFormat.Llama3, text, content, calls);

    [Theory]
    [MemberData(nameof(Mistral))]
    public void Mistral_calls(string text, string content, string calls) => AssertParsed(ToolCallFormat.Mistral, text, content, calls);

    [Fact]
    public void An_opening_in_the_prompt_is_taken_for_read()
    {
        OutputSyntax syntax = Syntax(ToolCallFormat.Mistral) with { OpensInCalls = true };
        foreach (IReadOnlyList<string> pieces in Cuts.Of("[{\"name\": \"f\", \"arguments\": {\"a\": 1}}]"))
        {
            ParsedOutput parsed = ParsedOutput.Of(syntax, pieces);
            Assert.Equal(("", "f {\"a\": 1}"), (parsed.Content, parsed.Calls));
        }
    }

    [Fact]
    public void Calls_beyond_the_most_are_left_out()
    {
        OutputSyntax syntax = Syntax(ToolCallFormat.Hermes) with { MostCalls = 1 };
        const string Text = "A<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1}}</tool_call><tool_call>{\"name\":\"now\",\"arguments\":{}}</tool_call>B";
        foreach (IReadOnlyList<string> pieces in Cuts.Of(Text))
        {
            ParsedOutput parsed = ParsedOutput.Of(syntax, pieces);
            Assert.Equal(("AB", "f {\"a\":1}"), (parsed.Content, parsed.Calls));
        }
    }

    [Fact]
    public void What_is_decided_is_shown_at_once()
    {
        var parser = new OutputParser(Syntax(ToolCallFormat.Hermes));
        Assert.Equal([new OutputDelta(OutputDeltaKind.Content, "Hi <")], After("Hi <<"));
        Assert.Equal([], After("tool_call>{\"name\": \"f\", \"arg"));
        Assert.Equal([new OutputDelta(OutputDeltaKind.Call, "f"), new OutputDelta(OutputDeltaKind.Arguments, "{\"a\"")], After("uments\": {\"a\""));
        Assert.Equal([new OutputDelta(OutputDeltaKind.Arguments, ": 1}")], After(": 1}}</tool_call>"));

        IReadOnlyList<OutputDelta> After(string text)
        {
            parser.Push(text);
            return parser.Take();
        }
    }

    [Fact]
    public void Depth_costs_nothing()
    {
        string deep = new string('[', 200_000) + new string(']', 200_000);
        ParsedOutput parsed = ParsedOutput.Of(Syntax(ToolCallFormat.Llama3), [$"{{\"name\":\"f\",\"parameters\":{deep}}}"]);
        Assert.Equal("f " + deep, parsed.Calls);
    }

    private static OutputSyntax Syntax(ToolCallFormat format) => new() { Calls = format, Tools = s_tools };

    private static void AssertParsed(ToolCallFormat format, string text, string content, string calls)
    {
        foreach (IReadOnlyList<string> pieces in Cuts.Of(text))
        {
            ParsedOutput parsed = ParsedOutput.Of(Syntax(format), pieces);
            Assert.Equal((content, calls), (parsed.Content, parsed.Calls));
        }
    }
}
