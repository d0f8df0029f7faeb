using System.Text.Json;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>Which format a model is taken to write.</summary>
public sealed class ToolCallFormatTests
{
    public static TheoryData<string> Names => ["hermes", "llama3", "mistral"];

    [Theory]
    [InlineData(null, "hermes")]
    [InlineData("{{ messages }}", "hermes")]
    [InlineData("within <tool_call></tool_call> XML tags {\"name\": <function-name>, \"parameters\": 1}", "hermes")]
    [InlineData("{{ \"[TOOL_CALLS] [\" }}", "mistral")]
    [InlineData("{{- \"<|python_tag|>\" }}", "llama3")]
    [InlineData("{{- \"Environment: ipython\\n\" }}", "llama3")]
    [InlineData("{{- '\"parameters\": ' }}", "llama3")]
    public void The_chat_template_shows_the_format(string? template, string expected) =>
        Assert.Equal(expected, ToolCallFormat.Find("auto", template).Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_goes_before_the_template(string name) =>
        Assert.Equal(name, ToolCallFormat.Find(name, "<tool_call> [TOOL_CALLS] <|python_tag|>").Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_format_writes_it_reads(string name)
    {
        ToolCallFormat format = ToolCallFormat.Find(name, null);
        string Call(string tool, string arguments) =>
            format.BeforeName + JsonSerializer.Serialize(tool) + format.BeforeArguments + arguments + format.AfterArguments;

        string text = format.BeforeCalls + Call("f", "{\"a\":1}") + format.BetweenCalls + Call("g", "{}") + format.AfterCalls;
        var syntax = new OutputSyntax
        {
            Calls = format,
            Tools = new HashSet<string> { "f", "g" },
            OpensInCalls = format.PromptOpening.Length > 0,
        };
        ParsedOutput parsed = ParsedOutput.Of(syntax, [text]);
        Assert.Equal(("", "f {\"a\":1}\ng {}"), (parsed.Content, parsed.Calls));
    }
}
