namespace Godwit.Worker.Engine;

/// <summary>
/// Guesses what comes next without a draft model: what followed when the last tokens stood there before (prompt lookup decoding, Saxena
/// 2023). It pays where an output repeats its prompt or itself: summaries, edits, code, lists.
/// </summary>
internal static class PromptLookup
{
    private const int LongestMatch = 3;
    private const int ShortestMatch = 2;

    /// <summary>Tokens to look back, so that a search takes microseconds however long the text is.</summary>
    public const int Window = 8192;

    /// <summary>Looks for the latest earlier occurrence of the last three tokens, else of the last two.</summary>
    /// <param name="tokens">All tokens so far.</param>
    /// <returns>Index of the token that followed it; −1 when there is none.</returns>
    public static int Find(ReadOnlySpan<int> tokens)
    {
        int start = Math.Max(0, tokens.Length - Window);
        for (int length = Math.Min(LongestMatch, tokens.Length - 1); length >= ShortestMatch; length--)
        {
            int at = tokens[start..^1].LastIndexOf(tokens[^length..]);
            if (at >= 0)
            {
                return start + at + length;
            }
        }

        return -1;
    }
}
