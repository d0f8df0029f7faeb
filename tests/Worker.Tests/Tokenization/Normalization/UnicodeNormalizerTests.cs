using CsCheck;
using Godwit.Worker.Tokenization.Normalization;

namespace Godwit.Worker.Tests.Tokenization.Normalization;

public sealed class UnicodeNormalizerTests
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
        Assert.Equal(expected, Nfc(text));
        Assert.Equal(expected, Nfc(expected));
    }

    /// <summary>Expected values from Python 3.11's unicodedata.</summary>
    [Theory]
    [InlineData("\u00E9", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u1EBF", "\u1EBF", "e\u0302\u0301", "\u1EBF", "e\u0302\u0301")]
    [InlineData("a\u0301\u0323", "\u1EA1\u0301", "a\u0323\u0301", "\u1EA1\u0301", "a\u0323\u0301")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\uAC01", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\uFB01n", "\uFB01n", "\uFB01n", "fin", "fin")]
    [InlineData("\u2460\u00BD", "\u2460\u00BD", "\u2460\u00BD", "11\u20442", "11\u20442")]
    [InlineData("\uFF8A\uFF9F", "\uFF8A\uFF9F", "\uFF8A\uFF9F", "\u30D1", "\u30CF\u309A")]
    [InlineData("\uFF76\uFF9E", "\uFF76\uFF9E", "\uFF76\uFF9E", "\u30AC", "\u30AB\u3099")]
    [InlineData("\u3392", "\u3392", "\u3392", "MHz", "MHz")]
    [InlineData("\uFDFA", "\uFDFA", "\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("\u01C4", "\u01C4", "\u01C4", "D\u017D", "DZ\u030C")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u0F77", "\u0F77", "\u0F77", "\u0FB2\u0F71\u0F80", "\u0FB2\u0F71\u0F80")]
    [InlineData("\u0345\u0301", "\u0301\u0345", "\u0301\u0345", "\u0301\u0345", "\u0301\u0345")]
    [InlineData("\u00A0x", "\u00A0x", "\u00A0x", " x", " x")]
    [InlineData("\u2163", "\u2163", "\u2163", "IV", "IV")]
    [InlineData("\U0001D56C", "\U0001D56C", "\U0001D56C", "A", "A")]
    [InlineData("\uFE19", "\uFE19", "\uFE19", "...", "...")]
    [InlineData("\u0149", "\u0149", "\u0149", "\u02BCn", "\u02BCn")]
    [InlineData("\u320E", "\u320E", "\u320E", "(\uAC00)", "(\u1100\u1161)")]
    [InlineData("\U0002F800", "\u4E3D", "\u4E3D", "\u4E3D", "\u4E3D")]
    [InlineData("e\u0301\uFF9E", "\u00E9\uFF9E", "e\u0301\uFF9E", "\u00E9\u3099", "e\u3099\u0301")]
    [InlineData("\u0929\u093C", "\u0929\u093C", "\u0928\u093C\u093C", "\u0929\u093C", "\u0928\u093C\u093C")]
    public void Each_form_is_that_of_Unicode(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.Equal(nfc, Apply(UnicodeNormalizer.Nfc, text));
        Assert.Equal(nfd, Apply(UnicodeNormalizer.Nfd, text));
        Assert.Equal(nfkc, Apply(UnicodeNormalizer.Nfkc, text));
        Assert.Equal(nfkd, Apply(UnicodeNormalizer.Nfkd, text));
    }

    /// <summary>Hugging Face's tables are of Unicode 9.0: later characters neither decompose nor move.</summary>
    [Theory]
    [InlineData("\u32FF")]
    [InlineData("\U00011938")]
    [InlineData("\u0315\u1DF6")]
    public void What_is_younger_than_the_tables_stands_fast(string text)
    {
        Assert.Equal(text, Apply(UnicodeNormalizer.Nfd, text));
        Assert.Equal(text, Apply(UnicodeNormalizer.Nfkc, text));
    }

    [Fact]
    public void The_forms_agree_with_one_another_on_any_text() =>
        Gen.OneOf(Gen.Char, Gen.Char['\u0300', '\u036F'], Gen.Char['\u1100', '\u11FF'], Gen.Char['\uAC00', '\uD7A3'], Gen.Char['\uF900', '\uFFDC'])
            .Array[0, 12].Sample(characters =>
            {
                string text = string.Concat(new string(characters).EnumerateRunes());
                string nfc = Apply(UnicodeNormalizer.Nfc, text);
                string nfd = Apply(UnicodeNormalizer.Nfd, text);
                string nfkc = Apply(UnicodeNormalizer.Nfkc, text);
                string nfkd = Apply(UnicodeNormalizer.Nfkd, text);
                return Apply(UnicodeNormalizer.Nfd, nfc) == nfd
                    && Apply(UnicodeNormalizer.Nfc, nfd) == nfc
                    && Apply(UnicodeNormalizer.Nfkc, nfd) == nfkc
                    && Apply(UnicodeNormalizer.Nfkd, nfkc) == nfkd
                    && Apply(UnicodeNormalizer.Nfkc, nfkc) == nfkc;
            });

    [Fact]
    public void Every_Hangul_syllable_returns_from_its_jamo()
    {
        for (int syllable = 0xAC00; syllable <= 0xD7A3; syllable++)
        {
            (int leading, int vowel, int trailing) = Hangul.Decompose(syllable);
            string jamo = $"{(char)leading}{(char)vowel}{(trailing < 0 ? "" : (char)trailing)}";
            Assert.Equal(((char)syllable).ToString(), Nfc(jamo));
        }
    }

    [Fact]
    public void Text_without_anything_to_compose_is_returned_as_it_is()
    {
        string text = "plain, façade, 日本語, 😀";
        Assert.Same(text, Nfc(text));
    }

    [Fact]
    public void A_long_run_of_marks_is_ordered_in_reasonable_time()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));
        string normalized = Nfc("a" + marks);
        Assert.Equal('\u1EA1', normalized[0]);
        Assert.Equal(199_999, normalized.AsSpan(1).IndexOf('\u0301'));
    }

    private static string Nfc(string text) => Apply(UnicodeNormalizer.Nfc, text);

    private static string Apply(UnicodeNormalizer form, string text) => form.Apply(new TracedText(text, null, true)).Text;
}
