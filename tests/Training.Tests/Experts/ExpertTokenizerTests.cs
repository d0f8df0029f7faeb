using CsCheck;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Tokenization;

namespace Godwit.Training.Tests.Experts;

public sealed class ExpertTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Merges_are_those_of_the_paper()
    {
        // Sennrich et al. 2016, algorithm 1: its words and, as far as they do not depend on ties, its merges.
        Dictionary<string, long> words = new() { ["low_"] = 5, ["lower_"] = 2, ["newest_"] = 6, ["widest_"] = 3 };
        char[] letters = [.. words.Keys.SelectMany(word => word).Distinct().Order()];
        List<string> tokens = [.. letters.Select(letter => letter.ToString())];
        foreach ((int left, int right) in BpeTrainer.Learn(words, letter => Array.IndexOf(letters, letter), letters.Length, 6))
        {
            tokens.Add(tokens[left] + tokens[right]);
        }

        Assert.Equal(["est_", "low"], tokens[letters.Length..].Intersect(["est_", "low"]));
        Assert.Equal(letters.Length + 6, tokens.Count);
    }

    [Fact]
    public void Nothing_that_occurs_once_is_merged() =>
        Assert.Empty(BpeTrainer.Learn(new Dictionary<string, long> { ["abcd"] = 1 }, letter => letter - 'a', 4, 10));

    [Fact]
    public void Any_text_comes_back_and_common_words_are_one_token()
    {
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer.json"),
            ExpertTokenizer.Learn(Enumerable.Repeat("the duck swam over the pond, and the duck sang. 1984", 50), 300).ToJsonString());
        Tokenizer tokenizer = Tokenizer.Load(_folder);
        Assert.True(tokenizer.VocabularySize is > 270 and <= 300);
        Assert.Single(tokenizer.Encode(" duck", addSpecialTokens: false));
        Assert.Equal(4, tokenizer.Encode("1984", addSpecialTokens: false).Count);
        Assert.Equal([ExpertTokenizer.Boundary], tokenizer.Encode("", addSpecialTokens: true));
        Assert.Equal(ExpertTokenizer.TurnEnd, tokenizer.Encode(ExpertTokenizer.Chat("a", "b"), addSpecialTokens: false)[^1]);
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
            Assert.Equal(text, tokenizer.Decode([.. tokenizer.Encode(text, addSpecialTokens: false)], skipSpecialTokens: false)));
    }
}
