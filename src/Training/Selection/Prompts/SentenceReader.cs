namespace Godwit.Training.Selection.Prompts;

/// <summary>Cuts a text into sentences: at ends of lines, and behind marks that end a sentence and stand before white space.</summary>
internal static class SentenceReader
{
    /// <summary>The sentences, with the white space behind them; joined they are the text.</summary>
    public static IEnumerable<string> Read(string text)
    {
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (!IsEnd(text, at))
                continue;
            int next = at + 1;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            yield return text[start..next];
            start = next;
            at = next - 1;
        }

        if (start < text.Length)
            yield return text[start..];
    }

    private static bool IsEnd(string text, int at)
    {
        if (text[at] == '\n')
            return true;
        if (at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]))
            return false;
        while (at > 0 && text[at] is '"' or '\'' or ')' or ']' or '”' or '’')
            at--;
        return text[at] is '.' or '!' or '?';
    }
}
