namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>
/// Which added tokens steer a model, so that a user's text must not be able to write them. Files mark most of these as special, yet
/// not all: DeepSeek's turn markers are not, nor Command R's, nor Qwen's tool calls.
/// </summary>
internal static class ControlTokens
{
    // SentencePiece's own control symbols; Phi-3's file has an end of sequence that is not special.
    private static readonly HashSet<string> SentencePiece = new(["<s>", "</s>", "<unk>", "<pad>"], StringComparer.Ordinal);

    /// <summary>
    /// True for special tokens, SentencePiece's control symbols, and every token in angle brackets that only the added tokens know.
    /// Others are words like any other, such as the runs of white space and HTML tags in Gemma's file, which its vocabulary has too.
    /// </summary>
    public static bool Has(AddedToken token, IReadOnlyDictionary<string, int> vocabulary) =>
        token.Special
        || SentencePiece.Contains(token.Content)
        || (token.Content is ['<', .., '>'] && !vocabulary.ContainsKey(token.Content));
}
