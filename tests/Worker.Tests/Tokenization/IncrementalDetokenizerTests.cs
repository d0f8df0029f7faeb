using System.Text;
using CsCheck;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class IncrementalDetokenizerTests
{
    private static readonly Tokenizer ByteLevel = TokenizerFiles.ByteLevel(("h", "i"), ("Ã", "©"), ("ð", "Ł")).Load();

    private static readonly Tokenizer SentencePiece =
        TokenizerFiles.SentencePiece(byteFallback: true, "hié", ("▁", "h"), ("▁h", "i")).Load();

    [Fact]
    public void A_character_of_several_tokens_comes_whole()
    {
        var detokenizer = new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: true);
        Assert.Equal("h", detokenizer.Push('h'));
        Assert.Equal(string.Empty, detokenizer.Push(258));
        Assert.True(detokenizer.HasPending);
        Assert.Equal(string.Empty, detokenizer.Push(0x98));
        Assert.Equal("😀", detokenizer.Push(0x80));
        Assert.False(detokenizer.HasPending);
        Assert.Equal(string.Empty, detokenizer.Flush());
    }

    [Fact]
    public void What_never_completes_becomes_a_replacement_character()
    {
        var detokenizer = new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: true);
        Assert.Equal(string.Empty, detokenizer.Push(0xF0));
        Assert.Equal("\uFFFDh", detokenizer.Push('h'));
        Assert.Equal(string.Empty, detokenizer.Push(0xF0));
        Assert.Equal("\uFFFD", detokenizer.Flush());
        Assert.False(detokenizer.HasPending);
    }

    [Fact]
    public void The_first_space_stays_after_a_prompt_and_goes_without_one()
    {
        int word = SentencePiece.TokenToId("▁hi")!.Value;
        Assert.Equal(" hi", new IncrementalDetokenizer(SentencePiece, [1, word], skipSpecialTokens: true).Push(word));
        Assert.Equal("hi", new IncrementalDetokenizer(SentencePiece, [1], skipSpecialTokens: true).Push(word));
        Assert.Equal("hi", new IncrementalDetokenizer(SentencePiece, [], skipSpecialTokens: true).Push(word));
    }

    [Fact]
    public void A_character_the_prompt_leaves_unfinished_is_completed()
    {
        int[] prompt = [.. Enumerable.Repeat((int)'h', 100), 0xF0, 0x9F, 0x98];
        var detokenizer = new IncrementalDetokenizer(ByteLevel, prompt, skipSpecialTokens: true);
        Assert.True(detokenizer.HasPending);
        Assert.Equal("😀", detokenizer.Push(0x80));
    }

    [Fact]
    public void Special_tokens_show_only_if_asked_for()
    {
        int bos = ByteLevel.TokenToId("<|bos|>")!.Value;
        Assert.Equal(string.Empty, new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: true).Push(bos));
        Assert.Equal("<|bos|>", new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: false).Push(bos));
        Assert.Equal("<|bos|>", new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: true, new HashSet<int> { bos }).Push(bos));
        Assert.Equal(string.Empty, new IncrementalDetokenizer(ByteLevel, [], skipSpecialTokens: true, new HashSet<int> { 'h' }).Push(bos));
    }

    [Fact]
    public void Pieces_join_to_the_whole_for_any_tokens_of_a_byte_level_vocabulary() => JoinsToTheWhole(ByteLevel);

    [Fact]
    public void Pieces_join_to_the_whole_for_any_tokens_of_a_SentencePiece_vocabulary() => JoinsToTheWhole(SentencePiece);

    private static void JoinsToTheWhole(Tokenizer tokenizer)
    {
        Gen<int[]> ids = Gen.Int[-1, tokenizer.VocabularySize].Array[0, 30];
        Gen.Select(ids, ids, Gen.Bool).Sample((prompt, output, skip) =>
        {
            var detokenizer = new IncrementalDetokenizer(tokenizer, prompt, skip);

            // What the prompt leaves unfinished belongs to the output; the text before it does not.
            string pendingShown = detokenizer.HasPending ? PendingShown(tokenizer, prompt, skip) : string.Empty;
            string promptText = tokenizer.Decode(prompt, skip);
            promptText = promptText[..^pendingShown.Length];

            var text = new StringBuilder();
            foreach (int id in output)
            {
                string pushed = detokenizer.Push(id);
                Assert.False(pushed.Length > 0 && char.IsHighSurrogate(pushed[^1]));
                text.Append(pushed);
            }

            text.Append(detokenizer.Flush());
            return promptText + text == tokenizer.Decode([.. prompt, .. output], skip);
        });
    }

    private static string PendingShown(Tokenizer tokenizer, int[] prompt, bool skip) =>
        new IncrementalDetokenizer(tokenizer, prompt, skip).Flush();
}
