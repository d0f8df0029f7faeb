using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;
using Godwit.Worker.Tokenization.Bpe;

namespace Godwit.Worker.Tests.Tokenization.Bpe;

public sealed class BpeModelTests
{
    /// <summary>Expected values from Hugging Face's tokenizers 0.23.2.</summary>
    [Theory]
    [InlineData("##", "", "abc", "a ##b ##c")]
    [InlineData("", "$", "abc", "a b c$")]
    [InlineData("##", "$", "abc", "a ##b ##c$")]
    [InlineData("##", "$", "a", "a$")]
    [InlineData("##", "$", "é", "<0xC3> <0xA9> <0x24>")]
    [InlineData("##", "", "aé", "a <0x23> <0x23> <0xC3> <0xA9>")]
    public void Symbols_are_decorated_by_their_place(string prefix, string suffix, string word, string tokens)
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "abc");
        file["normalizer"] = null;
        JsonNode model = file["model"]!;
        model["continuing_subword_prefix"] = prefix;
        model["end_of_word_suffix"] = suffix;
        foreach (string token in (string[])["##b", "##c", "c$", "##c$", "a$"])
        {
            model["vocab"]![token] = model["vocab"]!.AsObject().Count;
        }

        Assert.Equal(tokens, Tokens(file, word));
    }

    [Fact]
    public void What_continues_merges_without_its_prefix()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "abc");
        file["normalizer"] = null;
        JsonNode model = file["model"]!;
        model["continuing_subword_prefix"] = "##";
        foreach (string token in (string[])["##b", "##c", "##bc", "abc"])
        {
            model["vocab"]![token] = model["vocab"]!.AsObject().Count;
        }

        model["merges"] = new JsonArray("##b ##c", "a ##bc");
        Assert.Equal("abc", Tokens(file, "abc"));
        Assert.Equal("b ##bc", Tokens(file, "bbc"));
    }

    /// <summary>As Hugging Face's tokenizers do: the unknown token waits for the next character that is known.</summary>
    [Fact]
    public void An_unknown_token_comes_after_the_bytes_that_follow_it()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "ab");
        file["normalizer"] = null;
        file["model"]!["vocab"]!.AsObject().Remove("<0xE4>");
        Assert.Equal("b <0xC3> <0xA9> <unk> b", Tokens(file, "b中éb"));
    }

    [Fact]
    public void A_merge_list_may_begin_as_merges_txt_does()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "ab", ("a", "b"));
        file["normalizer"] = null;
        file["model"]!["merges"]!.AsArray().Insert(0, "#version: 0.2");
        Assert.Equal("ab", Tokens(file, "ab"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    [InlineData("aab")]
    public void A_long_word_takes_up_a_bounded_number_of_merges(string period)
    {
        const int Length = 1 << 18;
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 0, ["b"] = 1, ["c"] = 2 };
        var merges = new MergeTable(64);
        int rank = 0;
        foreach ((string left, string right) in (IEnumerable<(string, string)>)
            [("a", "a"), ("a", "b"), ("b", "c"), ("ab", "a"), ("ab", "ab"), ("aa", "aa"), ("ab", "c"), ("abc", "abc"), ("aa", "b"), ("aab", "aab")])
        {
            vocabulary.TryAdd(left + right, vocabulary.Count);
            merges.Set(vocabulary[left], vocabulary[right], new Merge(rank++, vocabulary[left + right]));
        }

        var scratch = new BpeWord();
        var ids = new List<int>();
        string word = string.Concat(Enumerable.Repeat(period, Length / period.Length));
        new BpeModel(vocabulary, merges, new BpeOptions(), []).Tokenize(word, plain: false, scratch, ids);
        Assert.Equal(word, string.Concat(ids.Select(id => vocabulary.First(entry => entry.Value == id).Key)));
        Assert.InRange(scratch.Considered, word.Length / 2, 3 * word.Length);
    }

    private static string Tokens(JsonObject file, string text)
    {
        Tokenizer tokenizer = file.Load();
        return string.Join(' ', tokenizer.Encode(text, addSpecialTokens: false).Select(tokenizer.IdToToken));
    }
}
