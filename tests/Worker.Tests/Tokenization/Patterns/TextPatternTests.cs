using CsCheck;
using Godwit.Worker.Tokenization.Patterns;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tests.Tokenization.Patterns;

public sealed class TextPatternTests
{
    /// <summary>Where the text is cut when matches are isolated. Expected values from Hugging Face's tokenizers 0.23.2 (Oniguruma).</summary>
    [Theory]
    [InlineData(@"a|b", "xaby", new[] { "x", "a", "b", "y" })]
    [InlineData(@"[^\s\p{L}]+", "a1 ²b!", new[] { "a", "1", " ", "²", "b", "!" })]
    [InlineData(@"\w+", "a² _½\u200DⒶé\u0301٣", new[] { "a²", " ", "_½", "\u200D", "Ⓐé\u0301٣" })]
    [InlineData(@"[\w]+", "a²½b", new[] { "a", "²½", "b" })]
    [InlineData(@"\b", "ab² cd", new[] { "ab²", " ", "cd" })]
    [InlineData(@"\p{Lu}\p{Ll}*", "CamelCaseÄö𐐀𐐨", new[] { "Camel", "Case", "Äö", "𐐀𐐨" })]
    [InlineData(@"\p{^L}+", "ab12𝕳😀c", new[] { "ab", "12", "𝕳", "😀", "c" })]
    [InlineData(@"\P{N}+", "1a②b", new[] { "1", "a", "②", "b" })]
    [InlineData(@"[一-龥ࠀ-一가-퟿]+", "a中文ࠀ가b", new[] { "a", "中文ࠀ가", "b" })]
    [InlineData(@"[A-Za-zµ𐐀-𐑏]+", "ab𐐀𐐨😀µ", new[] { "ab𐐀𐐨", "😀", "µ" })]
    [InlineData(@"\x{1F600}|\x41|\u00e9", "A😀éa", new[] { "A", "😀", "é", "a" })]
    [InlineData(@"[\w&&[^\d_]]+", "ab12_c", new[] { "ab", "12_", "c" })]
    [InlineData(@"[a-z&&b-d&&[^c]]", "abcde", new[] { "a", "b", "c", "d", "e" })]
    [InlineData(@"[[:punct:]]+", "a!$€+b", new[] { "a", "!$€+", "b" })]
    [InlineData(@"[^[:^digit:]]+", "a12b", new[] { "a", "12", "b" })]
    [InlineData(@"[[:blank:]]", "a\u00A0\tb\n", new[] { "a", "\u00A0", "\t", "b\n" })]
    [InlineData(@"[]a]", "]ab", new[] { "]", "a", "b" })]
    [InlineData(@"[a-]", "a-b", new[] { "a", "-", "b" })]
    [InlineData(@"[\]\[]", "[a]", new[] { "[", "a", "]" })]
    [InlineData(@"(?i:k|å)", "KkåÅ\u212B\u212A", new[] { "K", "k", "å", "Å", "\u212B", "\u212A" })]
    [InlineData(@"(?i)[s-t]+", "aSſTb", new[] { "a", "SſT", "b" })]
    [InlineData(@"a(?i)b|C", "aBacCaC", new[] { "aB", "ac", "C", "aC" })]
    [InlineData(@"(?i-m:A.)", "abA\na", new[] { "ab", "A\na" })]
    [InlineData(@"(?m:a.)", "a\nab", new[] { "a\n", "ab" })]
    [InlineData(@"a.", "a\nab", new[] { "a\n", "ab" })]
    [InlineData(@"^.", "ab\ncd\n", new[] { "a", "b\n", "c", "d\n" })]
    [InlineData(@".$", "ab\ncd\n", new[] { "a", "b", "\nc", "d", "\n" })]
    [InlineData(@"\A.|.\z|.\Z", "abc\n", new[] { "a", "b", "c", "\n" })]
    [InlineData(@"\h+|\H{2}", "fFgzz0", new[] { "fF", "gz", "z", "0" })]
    [InlineData(@"\R", "a\r\nb\u2028\u0085c", new[] { "a", "\r\n", "b", "\u2028", "\u0085", "c" })]
    [InlineData(@"a{2}", "aaaaa", new[] { "aa", "aa", "a" })]
    [InlineData(@"(?:ab){2}?c", "ababcc", new[] { "ababc", "c" })]
    [InlineData(@"a{,2}b", "aaab", new[] { "a", "aab" })]
    [InlineData(@"x{|a{1", "x{a{1", new[] { "x{", "a{1" })]
    [InlineData(@"a{1,2}+b", "aaaab", new[] { "aaaab" })]
    [InlineData(@"a?+a|b++", "aabb", new[] { "aa", "bb" })]
    [InlineData(@"(?>a+)b|a", "aab", new[] { "aab" })]
    [InlineData(@"(?<!a)b", "abbb", new[] { "ab", "b", "b" })]
    [InlineData(@"(?<name>a)b", "abab", new[] { "ab", "ab" })]
    [InlineData(@"(?#note)a", "ba", new[] { "b", "a" })]
    [InlineData(@"(?=[A-Z])|(?<=\d)(?=\D)", "aB1c", new[] { "a", "B1", "c" })]
    [InlineData(@"", "a😀b", new[] { "a", "😀", "b" })]
    [InlineData(@"\s+(?!\S)|\s+", "a   b  ", new[] { "a", "  ", " ", "b", "  " })]
    [InlineData(@"(a|b){2,3}", "aababb", new[] { "aab", "abb" })]
    [InlineData(@"\N+|\O", "a\nb", new[] { "a", "\n", "b" })]
    [InlineData(@"\p{Cn}|\p{Co}|\p{Cc}", "a\uFFFF\uE000\u0001", new[] { "a", "\uFFFF", "\uE000", "\u0001" })]
    public void Matches_as_Oniguruma_does(string pattern, string text, string[] pieces) => Assert.Equal(pieces, Cut(TextPattern.FromRegex(pattern), text));

    [Theory]
    [InlineData("(", "leaves a group open")]
    [InlineData("a)", "closes a group that is not open")]
    [InlineData("[a", "leaves a class open")]
    [InlineData("*a", "repeats nothing")]
    [InlineData("a{3,2}", "without an order")]
    [InlineData("a{100000}", "more than 1000 times")]
    [InlineData("[b-a]", "a range without an order")]
    [InlineData(@"\x{}", "hexadecimal")]
    [InlineData(@"\x{D800}", "hexadecimal")]
    [InlineData(@"(a)\1", "'\\1'")]
    [InlineData(@"\k<a>", "'\\k'")]
    [InlineData(@"\X", "'\\X'")]
    [InlineData(@"\K", "'\\K'")]
    [InlineData(@"[\A]", "'\\A' in a class")]
    [InlineData(@"\p{Han}", "the property 'Han'")]
    [InlineData("[[:alpha:]]", "[:alpha:]")]
    [InlineData("(?x)a", "a group or an option")]
    [InlineData("(?~a)", "a group or an option")]
    [InlineData("(?i)stra\u00DFe", "fold to several")]
    [InlineData("(?i:first)", "fold to several")]
    [InlineData("a\\", "ends too early")]
    public void Refuses_what_it_cannot_say(string pattern, string why)
    {
        string message = Assert.Throws<InvalidDataException>(() => TextPattern.FromRegex(pattern)).Message;
        Assert.StartsWith($"pattern '{pattern}' ", message, StringComparison.Ordinal);
        Assert.Contains(why, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_nested_without_end_are_refused() =>
        Assert.Throws<InvalidDataException>(() => TextPattern.FromRegex(new string('[', 100_000)));

    [Fact]
    public void A_text_is_found_as_its_quoted_pattern_is() =>
        Gen.Select(Gen.Char["ab.😀"].Array[0, 3], Gen.Char["ab.😀"].Array[0, 30]).Sample((sought, searched) =>
        {
            // Half a pair becomes a replacement character, as everywhere before patterns.
            string find = string.Concat(new string(sought).EnumerateRunes());
            string text = string.Concat(new string(searched).EnumerateRunes());
            string quoted = find.Replace(".", @"\.", StringComparison.Ordinal);
            return TextPattern.FromText(find).Matches(text).SequenceEqual(TextPattern.FromRegex(quoted).Matches(text));
        });

    private static string[] Cut(TextPattern pattern, string text)
    {
        var output = new List<TextPiece>();
        new SplitPreTokenizer(pattern, SplitBehavior.Isolated, invert: false).Apply(new TextPiece(text.AsMemory(), true), output);
        return [.. output.Select(piece => piece.Text.ToString())];
    }
}
