using System.Text.Json;
using CsCheck;
using Godwit.Worker.Tokenization.Normalization;

namespace Godwit.Worker.Tests.Tokenization.Normalization;

public sealed class NormalizerTests
{
    /// <summary>Expected values from Hugging Face's tokenizers 0.23.2.</summary>
    [Theory]
    [InlineData("""{"type":"Lowercase"}""", "ÀΣΑΣ İ ǅ 𐐀", "àσασ i\u0307 ǆ 𐐨")]
    [InlineData("""{"type":"StripAccents"}""", "e\u0301é\u20DDx", "eéx")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""", "ÉLÈVE", "eleve")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", "\u3000\t a \n", "a \n")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a \u0085\n", " a")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", " \n ", "")]
    [InlineData("""{"type":"Nmt"}""", "a\u0001\tb\u200B\u2581\u007Fc\uFEFF\u0000", "a b  c \u0000")]
    [InlineData("""{"type":"ByteLevel"}""", "a é\n😀", "aĠÃ©ĊðŁĺĢ")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "ab", "▁ab")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "", "")]
    [InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", " a  b", "▁a▁▁b")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"$0"}""", "a   b c", "a$0b c")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\p{M}"},"content":""}""", "e\u0301\U0001D165x", "ex")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"$"},"content":"!"}""", "a\nb", "a!\nb!")]
    [InlineData("""{"type":"Sequence","normalizers":[]}""", "É", "É")]
    public void Each_kind_does_what_it_declares(string section, string text, string expected) =>
        Assert.Equal(expected, Apply(section, new TracedText(text, null, true)).Text);

    [Theory]
    [InlineData("""{"type":"NFC"}""", "ab e\u0301 c", "0000100", "000100")]
    [InlineData("""{"type":"NFD"}""", "aé", "01", "011")]
    [InlineData("""{"type":"Lowercase"}""", "aİb", "010", "0110")]
    [InlineData("""{"type":"Strip"}""", " ab ", "0100", "10")]
    [InlineData("""{"type":"Prepend","prepend":"xx"}""", "ab", "11", "0011")]
    [InlineData("""{"type":"Replace","pattern":{"String":"ab"},"content":"xyz"}""", "aabab", "10001", "1000111")]
    public void What_is_plain_stays_plain(string section, string text, string plain, string expected)
    {
        // Of a character made of a plain one and another, all is plain.
        TracedText normalized = Apply(section, new TracedText(text, Marks(plain, text), true));
        Assert.Equal(expected, string.Concat(normalized.Plain!.Select(mark => mark ? '1' : '0')));
    }

    [Theory]
    [InlineData("""{"type":"StripAccents"}""", "\u0301a", false)]
    [InlineData("""{"type":"StripAccents"}""", "a\u0301", true)]
    [InlineData("""{"type":"Strip"}""", " a", false)]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":""}""", "ab", false)]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":"x"}""", "ab", true)]
    [InlineData("""{"type":"Prepend","prepend":"x"}""", "ab", true)]
    public void Whether_the_start_was_taken_off_is_known(string section, string text, bool fromStart) =>
        Assert.Equal(fromStart, Apply(section, new TracedText(text, null, true)).FromStart);

    [Fact]
    public void Marks_do_not_change_the_text_and_fit_it() =>
        Gen.Select(Gen.Char["aé \u0301İ가\u1100\u1161😀ﬁ"].Array[0, 20], Gen.Bool.Array[20]).Sample((characters, marks) =>
        {
            string text = string.Concat(new string(characters).EnumerateRunes());
            const string Section =
                """
                {"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},{"type":"Replace","pattern":{"Regex":" +"},"content":"▁"},
                 {"type":"NFD"},{"type":"StripAccents"},{"type":"Prepend","prepend":"▁"},{"type":"Strip"},{"type":"ByteLevel"}]}
                """;
            TracedText marked = Apply(Section, new TracedText(text, marks[..text.Length], true));
            TracedText unmarked = Apply(Section, new TracedText(text, null, true));
            return marked.Text == unmarked.Text && marked.FromStart == unmarked.FromStart
                && (marked.Plain is null || marked.Plain.Length == marked.Text.Length);
        });

    private static bool[] Marks(string plain, string text)
    {
        var marks = new bool[text.Length];
        for (int i = 0; i < plain.Length && i < marks.Length; i++)
        {
            marks[i] = plain[i] == '1';
        }

        return marks;
    }

    private static TracedText Apply(string section, TracedText text)
    {
        using JsonDocument document = JsonDocument.Parse(section);
        return NormalizerReader.Read(document.RootElement).Aggregate(text, (current, step) => step.Apply(current));
    }
}
