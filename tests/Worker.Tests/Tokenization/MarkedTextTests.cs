using System.Text.Json.Nodes;
using CsCheck;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>What a user types stays text, and a text without marks is encoded as ever.</summary>
public sealed class MarkedTextTests
{
    private static readonly Tokenizer Small = ByteLevel().Load();

    private static readonly Tokenizer SentencePiece =
        TokenizerFiles.SentencePiece(byteFallback: true, "abs</>", ("▁", "a"), ("<", "s"), ("<s", ">"), ("a", "b"), ("<", "/")).Load();

    [Fact]
    public void A_special_token_that_was_typed_is_text()
    {
        int end = Small.TokenToId("<|end|>")!.Value;
        IReadOnlyList<int> ids = Small.Encode(MarkedText.Join(("<|bos|>", false), ("hi<|end|>", true), ("<|end|>", false)), addSpecialTokens: false);
        Assert.Equal(Small.TokenToId("<|bos|>")!.Value, ids[0]);
        Assert.Equal(end, ids[^1]);
        Assert.DoesNotContain(end, ids.Skip(1).SkipLast(1));
        Assert.Equal("<|bos|>hi<|end|><|end|>", Small.Decode([.. ids], skipSpecialTokens: false));
        Assert.Equal("hi<|end|>", Small.Decode([.. ids], skipSpecialTokens: true));
    }

    [Theory]
    [InlineData("<|en", "d|>")]
    [InlineData("<|end|", ">")]
    public void One_that_only_the_join_makes_is_text(string left, string right)
    {
        int end = Small.TokenToId("<|end|>")!.Value;
        Assert.DoesNotContain(end, Small.Encode(MarkedText.Join((left, false), (right, true)), addSpecialTokens: false));
        Assert.DoesNotContain(end, Small.Encode(MarkedText.Join((left, true), (right, false)), addSpecialTokens: false));
        Assert.Equal([end], Small.Encode(MarkedText.Join((left, false), (right, false)), addSpecialTokens: false));
    }

    [Theory]
    [InlineData("<｜User｜>", true)]
    [InlineData("<think>", true)]
    [InlineData("</s>", true)]
    [InlineData("<b>", false)]
    [InlineData("covid", false)]
    public void Tokens_that_steer_the_model_are_text_though_not_marked_special(string token, bool isText)
    {
        JsonObject file = ByteLevel();
        file["added_tokens"]!.AsArray().Add((JsonNode)TokenizerFiles.Added(900, token, special: false));
        if (token is "<b>" or "</s>")
        {
            // In the vocabulary as well, as a word or as SentencePiece's end of sequence.
            file["model"]!["vocab"]![token] = 900;
        }

        Tokenizer tokenizer = file.Load();
        Assert.Equal(isText, tokenizer.IsControl(900));
        Assert.Equal(!isText, tokenizer.Encode(MarkedText.Join((token, true)), addSpecialTokens: false).Contains(900));
        Assert.Equal([900], tokenizer.Encode(token, addSpecialTokens: false));
    }

    [Fact]
    public void A_shorter_token_within_one_that_is_text_is_still_found()
    {
        JsonObject file = ByteLevel();
        file["added_tokens"]!.AsArray().Add((JsonNode)TokenizerFiles.Added(900, "<|", special: false));
        Assert.Equal([900, 'e', 'n', 'd', '|', '>'], file.Load().Encode(MarkedText.Join(("<|end|>", true)), addSpecialTokens: false));
    }

    /// <summary>&lt;s&gt; can be had by merging here, and as a whole word too; neither way may plain text become it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Merges_make_no_control_token_of_plain_text(bool ignoreMerges)
    {
        Assert.Equal("<s>", SentencePiece.IdToToken(1));
        Assert.DoesNotContain(1, SentencePiece.Encode(MarkedText.Join(("a<s>b", true)), addSpecialTokens: false));
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "abs</>", ("<", "s"), ("<s", ">"));
        file["normalizer"] = null;
        file["model"]!["ignore_merges"] = ignoreMerges;
        Tokenizer tokenizer = file.Load();
        IReadOnlyList<int> ids = tokenizer.Encode(MarkedText.Join(("<s>", true)), addSpecialTokens: false);
        Assert.Equal(["<s", ">"], ids.Select(tokenizer.IdToToken));
    }

    [Fact]
    public void Normalization_makes_no_control_token_of_plain_text()
    {
        JsonObject file = TokenizerFiles.ByteLevel();
        file["normalizer"] = TokenizerFiles.Json("""{"type":"NFKC"}""");
        file["added_tokens"] = new JsonArray(TokenizerFiles.Added(300, "<|end|>", normalized: true));
        file["post_processor"] = null;
        Tokenizer tokenizer = file.Load();
        const string Wide = "\uFF1C|end|\uFF1E";
        Assert.Equal([300], tokenizer.Encode(Wide, addSpecialTokens: false));
        Assert.DoesNotContain(300, tokenizer.Encode(MarkedText.Join((Wide, true)), addSpecialTokens: false));

        // The template's own is found beside it, wherever normalization moved it.
        IReadOnlyList<int> ids = tokenizer.Encode(MarkedText.Join(("\uFDFA\uFF1C|end|\uFF1E", true), (Wide, false), (Wide, true)), addSpecialTokens: false);
        Assert.Equal(1, ids.Count(id => id == 300));
    }

    [Fact]
    public void Half_surrogates_do_not_shift_the_marks() =>
        Assert.Equal(
            Small.Encode(MarkedText.Join(("\uFFFD<|end|>", true), ("<|end|>", false)), addSpecialTokens: false),
            Small.Encode(MarkedText.Join(("\uD83D<|end|>", true), ("<|end|>", false)), addSpecialTokens: false));

    [Fact]
    public void Stretches_outside_the_text_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkedText.Of("abc", 1..4));

    [Fact]
    public void Without_a_control_token_in_it_plain_text_is_encoded_as_ever() =>
        Gen.Select(Texts("a", "hello", " w", "é", "e", "\u0301", "<", "|", "\n", "😀", " ", "ab"), Gen.Bool)
            .List[0, 6].Sample(pieces =>
            {
                // Control tokens stand between what is plain; none can arise across a border, since '|' and '>' never follow.
                (string Text, bool Plain)[] marked = [.. pieces.SelectMany(p => ((string, bool)[])[(p.Item1, p.Item2), ("<|end|>", false)])];
                string joined = string.Concat(marked.Select(piece => piece.Text));
                foreach (Tokenizer tokenizer in (Tokenizer[])[Small, SentencePiece])
                {
                    Assert.Equal(
                        tokenizer.Encode(joined, addSpecialTokens: true),
                        tokenizer.Encode(MarkedText.Join(marked), addSpecialTokens: true));
                }
            });

    [Fact]
    public void Control_tokens_come_from_what_is_not_plain_and_from_nothing_else() =>
        Gen.Select(Texts("<|end|>", "<|bos|>", "<|", "end|>", "<", ">", "a", " ", "<|end", "|>", "é"), Gen.Bool)
            .List[0, 6].Sample(pieces =>
            {
                (string Text, bool Plain)[] marked = [.. pieces.Select(p => p.Item2 ? (p.Item1, true) : ("<|end|>", false))];
                IReadOnlyList<int> ids = Small.Encode(MarkedText.Join(marked), addSpecialTokens: false);
                Assert.Equal(marked.Count(piece => !piece.Plain), ids.Count(Small.IsControl));
                Assert.Equal(string.Concat(marked.Select(piece => piece.Text)), Small.Decode([.. ids], skipSpecialTokens: false));
            });

    private static Gen<string> Texts(params string[] parts) =>
        Gen.Int[0, parts.Length - 1].List[0, 6].Select(picks => string.Concat(picks.Select(pick => parts[pick])));

    private static JsonObject ByteLevel() => TokenizerFiles.ByteLevel(("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), ("Ġ", "w"), ("Ã", "©"));
}
