using Godwit.Worker.Engine;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine;

public sealed class OutputTextTests
{
    private static readonly Tokenizer s_tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));

    [Fact]
    public void PossibleStop_IsHeldBack_UntilItIsOneOrNot()
    {
        OutputText text = New("lo!");
        Assert.Equal("he", PushAll(text, "he"));
        Assert.Null(text.Push(Id("l")));
        Assert.Null(text.Push(Id("o")));
        Assert.Equal("loh", text.Push(Id("h")));
    }

    [Fact]
    public void Stop_OverSeveralTokens_CutsTheTextBeforeIt()
    {
        OutputText text = New("at a");
        string shown = "";
        foreach (char c in "the cat and")
        {
            shown += text.Push(Id(c == ' ' ? "▁" : c.ToString()));
            if (text.Stopped)
            {
                break;
            }
        }

        Assert.True(text.Stopped);
        Assert.Equal("the c", shown);
    }

    [Fact]
    public void HalfACharacter_IsHeldBack_AndCompleted()
    {
        OutputText text = New();
        Assert.Null(text.Push(Id("<0xF0>")));
        Assert.Null(text.Push(Id("<0x9F>")));
        Assert.Null(text.Push(Id("<0x98>")));
        Assert.Equal("😀", text.Push(Id("<0x80>")));
    }

    [Fact]
    public void HalfACharacter_AtTheEnd_BecomesAReplacementCharacter()
    {
        OutputText text = New();
        Assert.Null(text.Push(Id("<0xF0>")));
        Assert.Equal("\uFFFD", text.Finish());
    }

    [Fact]
    public void HeldText_IsShownAtTheEnd_WhenNoStopCame()
    {
        OutputText text = New("ab");
        Assert.Null(text.Push(Id("a")));
        Assert.Equal("a", text.Finish());
    }

    private static OutputText New(params string[] stops) =>
        new(new IncrementalDetokenizer(s_tokenizer, s_tokenizer.Encode("x", addSpecialTokens: true), skipSpecialTokens: true), stops);

    private static int Id(string token) => s_tokenizer.TokenToId(token) ?? throw new ArgumentException($"no token '{token}'");

    private static string PushAll(OutputText text, string characters) =>
        string.Concat(characters.Select(c => text.Push(Id(c.ToString()))));
}
