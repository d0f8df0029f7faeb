using System.Text;
using CsCheck;
using Godwit.Contracts.Selection;

namespace Godwit.Contracts.Tests.Selection;

public sealed class PromptFlagsTests
{
    [Theory]
    [InlineData("[Flag: smallest model] Tell me a story", "Tell me a story", "size=1")]
    [InlineData("Tell me [Flag: small] a story", "Tell me a story", "size=0.5")]
    [InlineData("Tell me a story [flag:LATENCY=0.25]", "Tell me a story", "latency=0.25")]
    [InlineData("a[Flag: fast]b", "ab", "latency=0.5")]
    [InlineData("[ FLAG : Most-Secure_Model ]\n\n  x", "\n  x", "security=1")]
    [InlineData("one\n[Flag: cheap]\r\ntwo", "one\ntwo", "price=0.5")]
    [InlineData("[Flag: size=0.1, queue=2][Flag: size=0.3] hello", "hello", "queue=2 size=0.3")]
    [InlineData("[Flag: best] hello", "hello", "preset=best")]
    [InlineData("[Flag: best][Flag: default] hello", "hello", "preset=auto")]
    [InlineData("[Flag: foo] [Flag: size=-1] [Flag: size=nan] [Flag: size=11] [Flag: best=1] [Flag:] hi", "hi", "?foo ?size=-1 ?size=nan ?size=11 ?best=1 ?")]
    [InlineData("[Flag: \u00e9\"\u0007] hi", "hi", "????")]
    [InlineData("[Flag: small]", "", "size=0.5")]
    public void Flags_are_read_and_taken_out(string prompt, string text, string says)
    {
        FlaggedPrompt flagged = PromptFlags.Parse(prompt);
        Assert.Equal(text, flagged.Text);
        Assert.Equal(says, Say(flagged.Flags));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[Flag small]")]
    [InlineData("[Flags: small]")]
    [InlineData("[Flag: small")]
    [InlineData("[Flag: sm\nall]")]
    [InlineData("[Flag: [small]")]
    [InlineData("(Flag: small)")]
    [InlineData("```\n[Flag: small]\n```")]
    [InlineData("~~~~ python\n[Flag: small]\n~~~\n[Flag: fast]\n~~~~")]
    [InlineData("   ```\n[Flag: small]")]
    [InlineData("```\n[Flag: small]\n``` x\n[Flag: fast]")]
    public void What_is_no_flag_stays(string prompt)
    {
        FlaggedPrompt flagged = PromptFlags.Parse(prompt);
        Assert.Same(prompt, flagged.Text);
        Assert.Equal("", Say(flagged.Flags));
    }

    [Theory]
    [InlineData("```\ncode\n```\n[Flag: small]after", "```\ncode\n```\nafter")]
    [InlineData("```code``` [Flag: small]after", "```code``` after")]
    [InlineData("    ```\n[Flag: small]after", "    ```\nafter")]
    public void After_a_fence_is_closed_flags_count(string prompt, string text) => Assert.Equal(text, PromptFlags.Parse(prompt).Text);

    [Fact]
    public void A_flag_longer_than_any_name_is_text()
    {
        string flag = $"[Flag: {new string('x', 99)}]";
        Assert.Equal("", PromptFlags.Parse(flag).Text);
        Assert.Equal(flag.Insert(8, "x"), PromptFlags.Parse(flag.Insert(8, "x")).Text);
    }

    [Fact]
    public void Of_a_flag_bomb_little_is_reported_and_nothing_stays()
    {
        StringBuilder bomb = new();
        for (int i = 0; i < 5000; i++)
        {
            bomb.Append("[Flag: x").Append(i).Append("] ");
        }

        FlaggedPrompt flagged = PromptFlags.Parse(bomb.Append("hello").ToString());
        Assert.Equal("hello", flagged.Text);
        Assert.Equal(PromptFlags.MaxReported, flagged.Flags.Unknown.Count);
    }

    [Fact]
    public void Whatever_the_text_nothing_fails_and_what_is_left_is_part_of_it()
    {
        string[] pieces = ["[Flag: small]", "[Flag: a,b=1]", "[flag:", "]", "[", "```\n", "~~~\n", "\n", " ", "\r\n", "\ud800", "size"];
        Gen<string> part = Gen.OneOf(
            Gen.String,
            Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]));
        part.Array[0, 40].Select(string.Concat).Sample(prompt =>
        {
            FlaggedPrompt flagged = PromptFlags.Parse(prompt);
            int at = 0;
            foreach (char c in flagged.Text)
            {
                at = prompt.IndexOf(c, at) + 1;
                Assert.NotEqual(0, at);
            }

            Assert.All(flagged.Flags.Applied.Values, weight => Assert.True(GoalNames.IsWeight(weight)));
            Assert.All(flagged.Flags.Unknown, flag => Assert.All(flag, c => Assert.InRange(c, ' ', '~')));
        });
    }

    private static string Say(FlagReport report) => string.Join(' ',
    [
        .. report.Applied.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
        .. report.Preset is null ? Array.Empty<string>() : [$"preset={report.Preset}"],
        .. report.Unknown.Select(flag => "?" + flag),
    ]);
}
