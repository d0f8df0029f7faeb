using CsCheck;
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
        Assert.Equal("loh", text.Push(Id("h"))?.Text);
    }

    [Fact]
    public void Stop_OverSeveralTokens_CutsTheTextBeforeIt()
    {
        OutputText text = New("at a");
        string shown = "";
        foreach (char c in "the cat and")
        {
            shown += text.Push(Id(c == ' ' ? "▁" : c.ToString()))?.Text;
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
        ShownText shown = text.Push(Id("<0x80>"))!.Value;
        Assert.Equal("😀", shown.Text);
        Assert.Equal([0, 0, 0, 2], shown.Lengths);
    }

    [Fact]
    public void HalfACharacter_AtTheEnd_BecomesAReplacementCharacter()
    {
        OutputText text = New();
        Assert.Null(text.Push(Id("<0xF0>")));
        ShownText shown = text.Finish();
        Assert.Equal("\uFFFD", shown.Text);
        Assert.Equal([1], shown.Lengths);
    }

    [Fact]
    public void HeldText_IsShownAtTheEnd_WhenNoStopCame()
    {
        OutputText text = New("ab");
        Assert.Null(text.Push(Id("a")));
        Assert.Equal("a", text.Finish().Text);
    }

    [Fact]
    public void Lengths_CutWhereTheStopBegins_AndLeaveOutWhatLiesInIt()
    {
        OutputText text = New("at");
        ShownText? shown = null;
        foreach (string token in new[] { "c", "a", "t" })
        {
            shown = text.Push(Id(token)) ?? shown;
        }

        Assert.Equal(("", 0), (shown!.Value.Text, shown.Value.Lengths.Count));

        // One token may hold the end of the text and the whole stop.
        text = New("e");
        shown = text.Push(Id("he"));
        Assert.Equal("h", shown!.Value.Text);
        Assert.Equal([1], shown.Value.Lengths);
    }

    [Fact]
    public void IncludedStop_IsPartOfTheText()
    {
        OutputText text = New(includeStop: true, "at");
        Assert.Equal("c", text.Push(Id("c"))?.Text);
        Assert.Null(text.Push(Id("a")));
        ShownText shown = text.Push(Id("t"))!.Value;
        Assert.Equal("at", shown.Text);
        Assert.Equal([1, 1], shown.Lengths);
        Assert.True(text.Stopped);
        Assert.Equal("c", New(includeStop: true).Finish(Id("c")).Text);
        Assert.Equal("", New(includeStop: false).Finish(Id("c")).Text);
    }

    [Fact]
    public void StopThatMayNotYetEnd_IsPassed_ButOneThatOnlyBeginsThereCounts()
    {
        OutputText text = New("aa");
        Assert.Null(text.Push(Id("a"), mayStop: false));
        Assert.Null(text.Push(Id("a"), mayStop: false));
        Assert.False(text.Stopped);
        ShownText shown = text.Push(Id("a"))!.Value;
        Assert.True(text.Stopped);
        Assert.Equal("a", shown.Text);
        Assert.Equal([1], shown.Lengths);
    }

    [Fact]
    public void Lengths_SumToTheText_WhateverTheTokensAndStops() =>
        Gen.Select(Gen.Int[3, 511].Array[1, 30], Gen.Int[0, 4].Select(i => new[] { "e", "th", " a", "\uFFFD", "zzz" }[i]), Gen.Bool, Gen.Int[0, 20]).Sample(
            (ids, stop, include, minimum) =>
            {
                OutputText text = New(include, stop);
                for (int i = 0; i < ids.Length && !text.Stopped; i++)
                {
                    ShownText? shown = text.Push(ids[i], mayStop: i >= minimum);
                    Assert.Equal(shown?.Text.Length ?? 0, shown?.Lengths.Sum() ?? 0);
                }

                ShownText last = text.Finish();
                Assert.Equal(last.Text.Length, last.Lengths.Sum());
            });

    private static OutputText New(params string[] stops) => New(false, stops);

    private static OutputText New(bool includeStop, params string[] stops) => new(
        new IncrementalDetokenizer(s_tokenizer, s_tokenizer.Encode("x", addSpecialTokens: true), skipSpecialTokens: true),
        stops,
        includeStop);

    private static int Id(string token) => s_tokenizer.TokenToId(token) ?? throw new ArgumentException($"no token '{token}'");

    private static string PushAll(OutputText text, string characters) =>
        string.Concat(characters.Select(c => text.Push(Id(c.ToString()))?.Text));
}
