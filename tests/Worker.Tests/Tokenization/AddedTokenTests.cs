using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class AddedTokenTests
{
    [Fact]
    public void The_longest_at_a_place_wins() =>
        Assert.Equal(["<t>", "a", "<t><t>x", "b"], Texts("<t>a<t><t>xb", TokenizerFiles.Added(300, "<t>"), TokenizerFiles.Added(301, "<t><t>x")));

    [Fact]
    public void A_prefix_of_a_longer_one_is_still_found() =>
        Assert.Equal(["<t>", "<", "t"], Texts("<t><t", TokenizerFiles.Added(300, "<t>"), TokenizerFiles.Added(301, "<t><t>x")));

    [Fact]
    public void Stripping_swallows_the_white_space_beside_it() =>
        Assert.Equal(["a", "<m>", "b"], Texts("a \t<m>\n b", TokenizerFiles.Added(300, "<m>", left: true, right: true)));

    [Fact]
    public void White_space_is_swallowed_once() =>
        Assert.Equal(["<r>", "<l>", "a"], Texts("<r>  <l>a", TokenizerFiles.Added(300, "<r>", right: true), TokenizerFiles.Added(301, "<l>", left: true)));

    [Theory]
    [InlineData("ж b", true)]
    [InlineData("b-ж.", true)]
    [InlineData("²ж", true)]
    [InlineData("жb", false)]
    [InlineData("_ж", false)]
    [InlineData("ж𝟙", false)]
    [InlineData("ж\u0301", false)]
    [InlineData("ж\u200D", false)]
    [InlineData("Ⓐж", false)]
    public void A_single_word_needs_room_around_it(string text, bool found) =>
        Assert.Equal(found, Ids(text, TokenizerFiles.Added(300, "ж", singleWord: true)).Contains(300));

    /// <summary>As Hugging Face's tokenizers do: they look on from where the token itself ends.</summary>
    [Fact]
    public void White_space_that_was_swallowed_may_be_a_token_all_the_same() =>
        Assert.Equal(
            [300, 301, 301, 'a'],
            Ids("<r>    a", TokenizerFiles.Added(300, "<r>", right: true), TokenizerFiles.Added(301, "  ")));

    [Fact]
    public void Of_two_that_are_alike_once_normalized_the_special_one_counts()
    {
        JsonObject file = TokenizerFiles.ByteLevel();
        file["normalizer"] = TokenizerFiles.Json("""{"type":"Lowercase"}""");
        file["added_tokens"] = new JsonArray(
            TokenizerFiles.Added(300, "TOOL", special: false, normalized: true), TokenizerFiles.Added(301, "Tool", normalized: true));
        file["post_processor"] = null;
        Assert.Equal([301], file.Load().Encode("tOOL", addSpecialTokens: false));
    }

    [Fact]
    public void A_single_word_is_found_where_it_stands_alone()
    {
        JsonObject token = TokenizerFiles.Added(300, "ab", singleWord: true);
        Assert.Equal([300, 32, 97, 98, 99, 32, 300], Ids("ab abc ab", token));
    }

    [Fact]
    public void A_normalized_one_is_looked_for_after_normalization()
    {
        Assert.Equal([300], Ids("e\u0301!", TokenizerFiles.Added(300, "\u00E9!", special: false, normalized: true)));
        Assert.DoesNotContain(300, Ids("e\u0301!", TokenizerFiles.Added(300, "\u00E9!", special: false, normalized: false)));
    }

    [Fact]
    public void One_that_is_not_special_stays_when_special_ones_are_skipped()
    {
        JsonObject file = TokenizerFiles.ByteLevel();
        file["added_tokens"]!.AsArray().Add((JsonNode)TokenizerFiles.Added(300, "<tool_call>", special: false));
        Tokenizer tokenizer = file.Load();
        Assert.Equal("<tool_call>a", tokenizer.Decode([.. tokenizer.Encode("<|bos|><tool_call>a", addSpecialTokens: false)], skipSpecialTokens: true));
    }

    private static string[] Texts(string text, params JsonObject[] added)
    {
        Tokenizer tokenizer = With(added);
        return [.. tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.Decode([id], skipSpecialTokens: false))];
    }

    private static IReadOnlyList<int> Ids(string text, params JsonObject[] added) => With(added).Encode(text, addSpecialTokens: false);

    private static Tokenizer With(JsonObject[] added)
    {
        JsonObject file = TokenizerFiles.ByteLevel();
        foreach (JsonObject token in added)
        {
            file["added_tokens"]!.AsArray().Add((JsonNode)token);
        }

        return file.Load();
    }
}
