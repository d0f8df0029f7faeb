using Godwit.Worker.Tokenization.Normalization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class NfcTests
{
    /// <summary>Expected values from Python 3.11's unicodedata (Unicode 14.0).</summary>
    [Theory]
    [InlineData("\u00E9", "\u00E9")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("a\u0323\u0301", "\u1EA1\u0301")]
    [InlineData("a\u0301\u0323", "\u1EA1\u0301")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("D\u0307\u0323", "\u1E0C\u0307")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD55C", "\uD55C")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\u1100\u1161\u11A7", "\uAC00\u11A7")]
    [InlineData("\uAC01\u11AB", "\uAC01\u11AB")]
    [InlineData("e\u0301\u0301", "\u00E9\u0301")]
    [InlineData("a\u0300b\u0300", "\u00E0b\u0300")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("\u09C7\u09BE", "\u09CB")]
    [InlineData("\u0DD9\u0DCF\u0DCA", "\u0DDD")]
    [InlineData("\uFB1D", "\u05D9\u05B4")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("\u2ADC", "\u2ADD\u0338")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U0002F800", "\u4E3D")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("a\u05B0\u094D\u3099\u0300", "\u00E0\u3099\u094D\u05B0")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\u1EBF", "\u1EBF")]
    [InlineData("e\u0302\u0301", "\u1EBF")]
    [InlineData("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")]
    [InlineData("\u1100\u0300\u1161", "\u1100\u0300\u1161")]
    [InlineData("\u30AB\u3099", "\u30AC")]
    [InlineData("\u65E5\u672C\u8A9E text", "\u65E5\u672C\u8A9E text")]
    [InlineData("\U0001F469\u200D\U0001F467", "\U0001F469\u200D\U0001F467")]
    public void Composes_as_Unicode_says(string text, string expected)
    {
        Assert.Equal(expected, Nfc.Normalize(text));
        Assert.Equal(expected, Nfc.Normalize(expected));
    }

    [Fact]
    public void Every_Hangul_syllable_returns_from_its_jamo()
    {
        for (int syllable = 0xAC00; syllable <= 0xD7A3; syllable++)
        {
            (int leading, int vowel, int trailing) = Hangul.Decompose(syllable);
            string jamo = $"{(char)leading}{(char)vowel}{(trailing < 0 ? "" : (char)trailing)}";
            Assert.Equal(((char)syllable).ToString(), Nfc.Normalize(jamo));
        }
    }

    [Fact]
    public void Text_without_anything_to_compose_is_returned_as_it_is()
    {
        string text = "plain, façade, 日本語, 😀";
        Assert.Same(text, Nfc.Normalize(text));
    }

    [Fact]
    public void A_long_run_of_marks_is_ordered_in_reasonable_time()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));
        string normalized = Nfc.Normalize("a" + marks);
        Assert.Equal('\u1EA1', normalized[0]);
        Assert.Equal(199_999, normalized.AsSpan(1).IndexOf('\u0301'));
    }
}
