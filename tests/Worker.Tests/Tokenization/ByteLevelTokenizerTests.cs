using System.Text.Json.Nodes;
using CsCheck;
using Godwit.Worker.Tokenization;
using Godwit.Worker.Tokenization.Normalization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class ByteLevelTokenizerTests
{
    private static readonly (string, string)[] Merges =
        [("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), ("Ġ", "w"), ("Ã", "©"), ("Ġ", "Ġ"), ("a", "a"), ("aa", "a")];

    private static readonly Tokenizer Small = TokenizerFiles.ByteLevel(Merges).Load();

    [Theory]
    [InlineData("hello", new[] { 259 })]
    [InlineData("hello w", new[] { 259, 260 })]
    [InlineData("e\u0301", new[] { 261 })]
    [InlineData("aaaa", new[] { 263, 263 })]
    [InlineData("", new int[0])]
    [InlineData("<|end|>hello<|bos|>", new[] { 266, 259, 265 })]
    public void Merges_by_rank_and_knows_added_tokens(string text, int[] ids) =>
        Assert.Equal(ids, Small.Encode(text, addSpecialTokens: false));

    [Fact]
    public void Special_tokens_come_from_the_template()
    {
        Assert.Equal([265, 259], Small.Encode("hello", addSpecialTokens: true));
        Assert.Equal("<|bos|>hello", Small.Decode([265, 259], skipSpecialTokens: false));
        Assert.Equal("hello", Small.Decode([265, 259], skipSpecialTokens: true));
    }

    [Fact]
    public void Looks_tokens_up()
    {
        Assert.Equal(267, Small.VocabularySize);
        Assert.Equal(259, Small.TokenToId("hello"));
        Assert.Equal(266, Small.TokenToId("<|end|>"));
        Assert.Null(Small.TokenToId("nothing"));
        Assert.Equal("Ġw", Small.IdToToken(260));
        Assert.True(Small.IsSpecial(265));
        Assert.False(Small.IsSpecial(259));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(267)]
    [InlineData(int.MaxValue)]
    public void An_id_outside_the_vocabulary_is_nothing(int id)
    {
        Assert.Equal("hellohello", Small.Decode([259, id, 259], skipSpecialTokens: false));
        Assert.Equal(string.Empty, Small.IdToToken(id));
        Assert.False(Small.IsSpecial(id));
    }

    [Fact]
    public void Half_a_surrogate_pair_counts_as_a_replacement_character()
    {
        IReadOnlyList<int> expected = Small.Encode("a\uFFFDb\uFFFD", addSpecialTokens: false);
        Assert.Equal(expected, Small.Encode("a\uD83Db\uDE00", addSpecialTokens: false));
    }

    [Fact]
    public void A_word_that_is_a_token_wins_over_its_merges_only_if_merges_are_ignored()
    {
        JsonObject file = TokenizerFiles.ByteLevel(("b", "c"), ("a", "b"), ("ab", "c"));
        Assert.Equal(["a", "bc"], Tokens(file.Load(), "abc"));
        file["model"]!["ignore_merges"] = true;
        Assert.Equal(["abc"], Tokens(file.Load(), "abc"));
    }

    [Theory]
    [InlineData("I'ſx", new[] { "I", "'ſ", "x" })]
    [InlineData("a𝕳𝖊b 𝟙𝟚𝟛𝟜!😀", new[] { "a𝕳𝖊b", " ", "𝟙𝟚𝟛", "𝟜", "!😀" })]
    [InlineData("1234567 \u3000x", new[] { "123", "456", "7", " ", "\u3000x" })]
    [InlineData("x\u0085\ny", new[] { "x", "\u0085\n", "y" })]
    public void Splits_by_code_points_and_Unicode_classes(string text, string[] words)
    {
        // With a token for every expected word and merges ignored, the tokens show where the text was cut.
        JsonObject file = TokenizerFiles.ByteLevel();
        JsonObject vocabulary = file["model"]!["vocab"]!.AsObject();
        foreach (string word in words)
        {
            string mapped = string.Concat(System.Text.Encoding.UTF8.GetBytes(word).Select(ByteLevelAlphabet.ToChar));
            vocabulary[mapped] ??= 1000 + vocabulary.Count;
        }

        file["model"]!["ignore_merges"] = true;
        Tokenizer tokenizer = file.Load();
        Assert.Equal(words, tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.Decode([id], skipSpecialTokens: false)));
    }

    [Fact]
    public void Decoding_what_was_encoded_gives_the_composed_text() =>
        Gen.String.Sample(text =>
        {
            string wellFormed = string.Concat(text.EnumerateRunes());
            return Small.Decode([.. Small.Encode(text, addSpecialTokens: false)], skipSpecialTokens: false) == UnicodeNormalizer.Nfc.Apply(new TracedText(wellFormed, null, true)).Text;
        });

    [Fact]
    public void Merging_equals_the_slow_way()
    {
        var pair = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]);
        Gen.Select(pair.List[1, 12], Gen.Char['a', 'c'].Array[0, 40]).Sample((picks, word) =>
        {
            // Tokens grow from a, b, c by merging what is there already.
            List<string> tokens = ["a", "b", "c"];
            var merges = new List<(string, string)>();
            foreach ((int left, int right) in picks)
            {
                (string, string) merge = (tokens[^Math.Min(left + 1, tokens.Count)], tokens[^Math.Min(right + 1, tokens.Count)]);
                if (!merges.Contains(merge) && !tokens.Contains(merge.Item1 + merge.Item2))
                {
                    merges.Add(merge);
                    tokens.Add(merge.Item1 + merge.Item2);
                }
            }

            Tokenizer tokenizer = TokenizerFiles.ByteLevel([.. merges]).Load();
            return Tokens(tokenizer, new string(word)).SequenceEqual(MergeSlowly(word, merges));
        }, iter: 60);
    }

    [Fact]
    public void A_long_word_is_not_quadratic()
    {
        string text = new('a', 1 << 18);
        IReadOnlyList<int> ids = Small.Encode(text, addSpecialTokens: false);
        Assert.Equal(text, Small.Decode([.. ids], skipSpecialTokens: false));
        Assert.True(ids.Count < text.Length);
    }

    [Fact]
    public void Many_threads_may_use_one()
    {
        string[] texts = [.. Enumerable.Range(0, 64).Select(i => $"hello w{i} é{new string('a', i)}")];
        string[] alone = [.. texts.Select(text => string.Join(',', Small.Encode(text, addSpecialTokens: true)))];
        var together = new string[texts.Length];
        Parallel.For(0, texts.Length, i => together[i] = string.Join(',', Small.Encode(texts[i], addSpecialTokens: true)));
        Assert.Equal(alone, together);
    }

    private static string[] Tokens(Tokenizer tokenizer, string text) =>
        [.. tokenizer.Encode(text, addSpecialTokens: false).Select(tokenizer.IdToToken)];

    private static List<string> MergeSlowly(char[] word, List<(string, string)> merges)
    {
        List<string> symbols = [.. word.Select(c => c.ToString())];
        while (true)
        {
            int best = Enumerable.Range(0, Math.Max(0, symbols.Count - 1))
                .Where(i => merges.Contains((symbols[i], symbols[i + 1])))
                .OrderBy(i => merges.IndexOf((symbols[i], symbols[i + 1]))).ThenBy(i => i)
                .FirstOrDefault(-1);
            if (best < 0)
            {
                return symbols;
            }

            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }
}
