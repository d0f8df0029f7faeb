using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class SentencePieceTokenizerTests
{
    private static readonly (string, string)[] Merges = [("▁", "a"), ("b", "c"), ("▁a", "bc"), ("▁", "▁")];

    [Theory]
    [InlineData("abc", "▁abc")]
    [InlineData(" abc", "▁ ▁abc")]
    [InlineData("a b", "▁a ▁ b")]
    [InlineData("", "")]
    [InlineData("<s>a", "<s> ▁a")]
    [InlineData("a</s>b", "▁a </s> ▁ b")]
    public void Prefixes_every_stretch_of_text_and_merges(string text, string tokens) =>
        Assert.Equal(tokens, Tokens(WithBytes(), text));

    [Fact]
    public void Unknown_characters_fall_back_to_their_bytes_and_come_back()
    {
        Tokenizer tokenizer = WithBytes();
        Assert.Equal("▁a <0xC3> <0xA9> <0xF0> <0x9F> <0x98> <0x80>", Tokens(tokenizer, "aé😀"));
        Assert.Equal("aé😀", tokenizer.Decode([.. tokenizer.Encode("aé😀", addSpecialTokens: true)], skipSpecialTokens: true));
    }

    [Fact]
    public void Without_bytes_a_run_of_unknown_characters_is_one_unknown_token()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: false, "abc", Merges);
        Assert.Equal("▁a <unk> b <unk>", Tokens(file.Load(), "aé😀b中"));
        file["model"]!["fuse_unk"] = false;
        Assert.Equal("▁a <unk> <unk> b <unk>", Tokens(file.Load(), "aé😀b中"));
        file["model"]!["unk_token"] = null;
        Assert.Equal("▁abc", Tokens(file.Load(), "aé😀bc中"));
    }

    [Fact]
    public void A_token_written_like_a_byte_but_not_hexadecimal_is_text()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "abc", Merges);
        file["model"]!["vocab"]!["<0xZZ>"] = 900;
        Assert.Equal("<0xZZ>a", file.Load().Decode([900, file.Load().TokenToId("a")!.Value], skipSpecialTokens: false));
    }

    [Theory]
    [InlineData("always", "a<s>a b", "▁a <s> ▁a ▁ b")]
    [InlineData("first", "a<s>a b", "▁a <s> a ▁ b")]
    [InlineData("never", "a<s>a b", "a <s> a ▁ b")]
    public void Metaspace_prefixes_as_its_scheme_says(string scheme, string text, string tokens)
    {
        Tokenizer tokenizer = WithMetaspace(scheme);
        Assert.Equal(tokens, Tokens(tokenizer, text));
    }

    [Theory]
    [InlineData("always", "abc a", "abc a")]
    [InlineData("never", " abc", " abc")]
    public void Metaspace_drops_the_prefix_of_the_first_token_only(string scheme, string text, string decoded)
    {
        Tokenizer tokenizer = WithMetaspace(scheme);
        Assert.Equal(decoded, tokenizer.Decode([.. tokenizer.Encode(text, addSpecialTokens: false)], skipSpecialTokens: false));
    }

    [Fact]
    public void Without_a_decoder_tokens_are_joined_by_spaces()
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: false, "abc", Merges);
        file["decoder"] = null;
        Tokenizer tokenizer = file.Load();
        Assert.Equal("▁abc <unk> c", tokenizer.Decode([.. tokenizer.Encode("abc!c", addSpecialTokens: false)], skipSpecialTokens: false));
    }

    private static Tokenizer WithBytes() => TokenizerFiles.SentencePiece(byteFallback: true, "abc", Merges).Load();

    private static Tokenizer WithMetaspace(string scheme)
    {
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: false, "abc", Merges);
        string metaspace = $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true}""";
        file["normalizer"] = null;
        file["pre_tokenizer"] = TokenizerFiles.Json(metaspace);
        file["decoder"] = TokenizerFiles.Json(metaspace);
        return file.Load();
    }

    private static string Tokens(Tokenizer tokenizer, string text) =>
        string.Join(' ', tokenizer.Encode(text, addSpecialTokens: false).Select(tokenizer.IdToToken));
}
