namespace Godwit.Training.Selection.Prompts;

/// <summary>Cuts texts into spans of whole sentences; a sentence that is longer than a span may be is cut between words.</summary>
/// <param name="leastBytes">Shorter spans are left out, unless they are a whole text.</param>
/// <param name="mostBytes">No span is longer, UTF-8 bytes.</param>
internal sealed class SpanCutter(int leastBytes, int mostBytes)
{
    private const int ShortestText = 30;

    /// <summary>Spans that do not overlap; how long each one is, is drawn, short ones as likely as long ones.</summary>
    public IEnumerable<string> Cut(string text, Random random)
    {
        string whole = text.Trim();
        if (PromptText.Bytes(whole) <= leastBytes)
            return PromptText.Bytes(whole) >= ShortestText ? [whole] : [];
        return Spans(whole, random).Select(span => span.Trim()).Where(span => PromptText.Bytes(span) >= leastBytes);
    }

    private IEnumerable<string> Spans(string text, Random random)
    {
        string span = "";
        int wanted = Length(random);
        foreach (string piece in SentenceReader.Read(text).SelectMany(Pieces))
        {
            if (span.Length > 0 && PromptText.Bytes(span) + PromptText.Bytes(piece) > mostBytes)
            {
                yield return span;
                (span, wanted) = ("", Length(random));
            }

            span += piece;
            if (PromptText.Bytes(span) >= wanted)
            {
                yield return span;
                (span, wanted) = ("", Length(random));
            }
        }

        yield return span;
    }

    private int Length(Random random) => (int)(leastBytes * Math.Pow((double)mostBytes / leastBytes, random.NextDouble()));

    private IEnumerable<string> Pieces(string sentence)
    {
        while (PromptText.Bytes(sentence) > mostBytes)
        {
            string start = PromptText.Cut(sentence, mostBytes);
            int space = start.LastIndexOf(' ');
            start = space > 0 ? start[..(space + 1)] : start;
            yield return start;
            sentence = sentence[start.Length..];
        }

        yield return sentence;
    }
}
