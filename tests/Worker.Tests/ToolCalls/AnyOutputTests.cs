using System.Text;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>Whatever a model writes: cuts do not matter, and what is no call is content.</summary>
public sealed class AnyOutputTests
{
    private static readonly string[] s_pieces =
    [
        "<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "<|python_tag|>", "<think>", "</think>", "{", "}", "[", "]",
        "\"name\"", "\"arguments\"", "\"parameters\"", "\"id\"", ":", ",", ";", "\"f\"", "\"g\"", "\"other\"", "f", "{\"a\":1}", "\"\\\"\"", "\"\\ud83e", "\\udda9\"",
        " ", "\n", "x", "é🦩", "null", "-1", "{\"name\": \"f\", ", "<tool_call>\n{\"name\": \"f\", \"arguments\": ", "[TOOL_CALLS] [{\"name\": \"g\", ", "[TOOL_CALLS]f",
        "{\"name\": \"f\", \"parameters\": ", "{\"name\":\"g\",\"parameters\":{}}",
    ];

    public static TheoryData<string> Formats => ["hermes", "llama3", "mistral"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Cuts_do_not_matter_and_nothing_is_lost(string format)
    {
        var syntax = new OutputSyntax { Calls = ToolCallFormat.Find(format, null), Tools = new HashSet<string> { "f", "g" } };
        var random = new Random(42);
        int called = 0;
        for (int round = 0; round < 4000; round++)
        {
            string text = Draw(random);
            OutputSyntax thinking = syntax with { Reasons = round % 2 == 0 };
            ParsedOutput whole = ParsedOutput.Of(thinking, [text]);
            ParsedOutput cut = ParsedOutput.Of(thinking, text.Select(c => c.ToString()));
            Assert.Equal((whole.Reasoning, whole.Content, whole.Calls), (cut.Reasoning, cut.Content, cut.Calls));
            called += whole.Calls.Length > 0 ? 1 : 0;
            if (whole.Calls.Length == 0 && !thinking.Reasons)
            {
                Assert.Equal(WithoutControls(format, text), WithoutControls(format, whole.Content));
            }
        }

        Assert.InRange(called, 50, 3950);
    }

    private static string Draw(Random random)
    {
        var text = new StringBuilder();
        if (random.Next(2) == 0)
        {
            // The last ones open calls.
            text.Append(s_pieces[random.Next(s_pieces.Length - 6, s_pieces.Length)]);
        }

        for (int i = random.Next(1, 14); i > 0; i--)
        {
            text.Append(s_pieces[random.Next(s_pieces.Length)]);
        }

        return text.ToString();
    }

    private static string WithoutControls(string format, string text) =>
        format == "hermes" ? text : ToolCallFormat.Find(format, null).Markers.Aggregate(text, (left, marker) => left.Replace(marker, "", StringComparison.Ordinal));
}
