using CsCheck;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Tests.Selection.Prompts;

public sealed class SpanCutterTests
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.String[Gen.Char["ab .!?\n\"'é語"], 0, 2000], Gen.String[Gen.Char["abc defghi."], 0, 3000], Gen.String[0, 400]);

    [Fact]
    public void Sentences_JoinedAreTheText() => s_text.Sample(text => Assert.Equal(text, string.Concat(SentenceReader.Read(text))));

    [Theory]
    [InlineData("One. Two!  Three?\nFour", "One. |Two!  |Three?\n|Four")]
    [InlineData("He said \"no.\" Then 3.5 went.", "He said \"no.\" |Then 3.5 went.")]
    [InlineData("SELECT a.b\nFROM c;\n\n\nx", "SELECT a.b\n|FROM c;\n\n\n|x")]
    public void Sentences_EndAtMarksAndLines(string text, string sentences) =>
        Assert.Equal(sentences.Split('|'), SentenceReader.Read(text));

    [Fact]
    public void Spans_AreAsLongAsAsked_AndPartsOfTheText() => Gen.Select(s_text, Gen.Int).Sample((text, seed) =>
    {
        foreach (string span in new SpanCutter(60, 300).Cut(text, new Random(seed)))
        {
            Assert.Contains(span, text, StringComparison.Ordinal);
            int bytes = PromptText.Bytes(span);
            Assert.True(bytes <= 300, $"{bytes} bytes");
            Assert.True(bytes >= 60 || (bytes >= 30 && span == text.Trim()), $"{bytes} bytes");
        }
    });

    [Fact]
    public void Cut_LeavesCharactersWhole() => Gen.Select(s_text, Gen.Int[0, 300]).Sample((text, bytes) =>
    {
        string cut = PromptText.Cut(text, bytes);
        Assert.StartsWith(cut, text, StringComparison.Ordinal);
        Assert.False(cut.Length < text.Length && cut.Length > 0 && char.IsHighSurrogate(cut[^1]) && char.IsLowSurrogate(text[cut.Length]));
    });
}
