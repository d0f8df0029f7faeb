using Godwit.Worker.Tokenization.Patterns;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class SplitPreTokenizerTests
{
    [Theory]
    [InlineData("Removed", false, "the|final|countdown")]
    [InlineData("Isolated", false, "the|-|final|-|-|countdown")]
    [InlineData("MergedWithPrevious", false, "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", false, "the|-final|-|-countdown")]
    [InlineData("Contiguous", false, "the|-|final|--|countdown")]
    [InlineData("Removed", true, "-|-|-")]
    public void Joins_delimiters_as_the_behaviour_says(string behavior, bool invert, string expected)
    {
        var splitter = new SplitPreTokenizer(TextPattern.FromText("-"), Enum.Parse<SplitBehavior>(behavior), invert);
        Assert.Equal(expected, Split(splitter, "the-final--countdown"));
    }

    [Fact]
    public void Regular_expressions_and_texts_find_the_same()
    {
        var byText = new SplitPreTokenizer(TextPattern.FromText("😀."), SplitBehavior.Isolated, invert: false);
        var byRegex = new SplitPreTokenizer(TextPattern.FromRegex(@"\p{So}\."), SplitBehavior.Isolated, invert: false);
        Assert.Equal("a|😀.|b|😀.", Split(byText, "a😀.b😀."));
        Assert.Equal("a|😀.|b|😀.", Split(byRegex, "a😀.b😀."));
    }

    [Fact]
    public void Only_the_first_piece_is_at_the_start()
    {
        var output = new List<TextPiece>();
        new SplitPreTokenizer(TextPattern.FromText(" "), SplitBehavior.Removed, invert: false).Apply(new TextPiece("a b".AsMemory(), true), output);
        Assert.Equal([true, false], output.Select(piece => piece.AtStart));
    }

    [Fact]
    public void An_empty_match_splits_and_gives_no_piece()
    {
        var capitals = new SplitPreTokenizer(TextPattern.FromRegex("(?=[A-Z])"), SplitBehavior.Isolated, invert: false);
        Assert.Equal("camel|Case|H|T|M|L", Split(capitals, "camelCaseHTML"));
        var everywhere = new SplitPreTokenizer(TextPattern.FromText(""), SplitBehavior.Isolated, invert: false);
        Assert.Equal("a|😀|b", Split(everywhere, "a😀b"));
        var thousands = new SplitPreTokenizer(TextPattern.FromRegex(@"(?=(\d{3})+(?!\d))"), SplitBehavior.Isolated, invert: false);
        Assert.Equal("12|345|678", Split(thousands, "12345678"));
    }

    private static string Split(SplitPreTokenizer splitter, string text)
    {
        var output = new List<TextPiece>();
        splitter.Apply(new TextPiece(text.AsMemory(), true), output);
        return string.Join('|', output.Select(piece => piece.Text.ToString()));
    }
}
