using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>Outputs of models that think, cut in every way.</summary>
public sealed class ReasoningReaderTests
{
    private static readonly OutputSyntax s_syntax = new() { Reasons = true, Calls = ToolCallFormat.Hermes, Tools = new HashSet<string> { "f" } };

    [Theory]
    [InlineData("<think>\nHm.\n\nYes.\n</think>\n\nAnswer.\n", "Hm.\n\nYes.", "Answer.\n", "")]
    [InlineData("\n <think>Hm.</think>Answer.", "Hm.", "Answer.", "")]
    [InlineData("<think>\n\n</think>\n\nAnswer.", "", "Answer.", "")]
    [InlineData("<think></think>\r\n\n  Answer.", "", "  Answer.", "")]
    [InlineData("<think>a < b </thin </think", "a < b </thin </think", "", "")]
    [InlineData("<think>a</</think>b", "a</", "b", "")]
    [InlineData("<think>open\n", "open", "", "")]
    [InlineData("No thought. <think>x</think>", "", "No thought. <think>x</think>", "")]
    [InlineData("<thin", "", "<thin", "")]
    [InlineData(" \n", "", " \n", "")]
    [InlineData("<thinner>", "", "<thinner>", "")]
    [InlineData("<think>雪🦩</think>雪🦩", "雪🦩", "雪🦩", "")]
    [InlineData("<think>a</think>\nb</think>", "a", "b</think>", "")]
    [InlineData("<think>\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n</think>\n", "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "", "")]
    [InlineData("<think>a</think>\n\n<tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>", "a", "", "f {}")]
    [InlineData("<think>a</think>b <tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "a", "b", "f {}")]
    public void Reasoning_is_told_from_the_answer(string text, string reasoning, string content, string calls)
    {
        foreach (IReadOnlyList<string> pieces in Cuts.Of(text))
        {
            ParsedOutput parsed = ParsedOutput.Of(s_syntax, pieces);
            Assert.Equal((reasoning, content, calls), (parsed.Reasoning, parsed.Content, parsed.Calls));
        }
    }

    [Theory]
    [InlineData("Hm.\n</think>\nAnswer.", "Hm.", "Answer.")]
    [InlineData("\nHm.", "Hm.", "")]
    [InlineData("</think>Answer.", "", "Answer.")]
    public void A_prompt_may_have_opened_it(string text, string reasoning, string content)
    {
        foreach (IReadOnlyList<string> pieces in Cuts.Of(text))
        {
            ParsedOutput parsed = ParsedOutput.Of(s_syntax with { OpensInReasoning = true, Calls = null }, pieces);
            Assert.Equal((reasoning, content), (parsed.Reasoning, parsed.Content));
        }
    }

    [Theory]
    [InlineData(false, 4, "<think>", "a", "b", "</think>", "\n", "c", "")]
    [InlineData(false, 5, "\n", "<th", "ink>", "a", "</think>\n\nb", "c")]
    [InlineData(false, 3, "<think>", "a", "")]
    [InlineData(false, 0, "a", "<think>", "b", "</think>")]
    [InlineData(false, 0, "<thi", "nner>")]
    [InlineData(true, 2, "a", "</think>", "b")]
    [InlineData(true, 3, "a", "b", "")]
    public void Its_tokens_are_counted_to_the_end_of_it(bool open, int expected, params string[] tokens)
    {
        var parser = new OutputParser(s_syntax with { OpensInReasoning = open });
        int before = 0;
        foreach (string token in tokens)
        {
            parser.PushToken(token);
            Assert.InRange(parser.ReasoningTokens, before, expected);
            before = parser.ReasoningTokens;
        }

        parser.Finish();
        Assert.Equal(expected, parser.ReasoningTokens);
    }

    [Fact]
    public void A_long_run_of_white_space_takes_no_longer_than_other_text()
    {
        string space = new('\n', 2_000_000);
        Assert.Equal(space, ParsedOutput.Of(s_syntax, [space]).Content);
    }
}
