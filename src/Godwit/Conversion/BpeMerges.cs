namespace Godwit.CommandLine.Conversion;

/// <summary>
/// Derives the ordered merge list of a byte-pair tokenizer from SentencePiece scores: every way to split a token into two tokens
/// is a merge, sooner the higher the whole token's score.
/// </summary>
internal static class BpeMerges
{
    private readonly record struct Merge(string Left, string Right, float Score, int LeftLength, int RightLength);

    /// <summary>The merges, each as its two parts.</summary>
    public static IReadOnlyList<(string Left, string Right)> Derive(SentencePieceVocabulary vocabulary)
    {
        var merges = new List<Merge>();
        foreach (var piece in vocabulary.Pieces.Skip(SentencePieceVocabulary.SpecialCount))
            merges.AddRange(Splits(vocabulary, piece));

        // Of equal scores the longer left part goes first, then the longer right part, then the order found: as Hugging Face sorts them.
        return [.. merges.OrderByDescending(m => m.Score).ThenByDescending(m => m.LeftLength).ThenByDescending(m => m.RightLength)
            .Select(m => (m.Left, m.Right))];
    }

    private static IEnumerable<Merge> Splits(SentencePieceVocabulary vocabulary, SentencePiece piece)
    {
        var splits = new List<Merge>();
        var length = Length(piece.Text);
        var (at, before) = (0, 0);
        foreach (var rune in piece.Text.EnumerateRunes())
        {
            at += rune.Utf16SequenceLength;
            before++;
            if (before == length)
                break;
            var (left, right) = (piece.Text[..at], piece.Text[at..]);
            if (vocabulary.Ids.ContainsKey(left) && vocabulary.Ids.ContainsKey(right))
                splits.Add(new Merge(left, right, piece.Score, before, length - before));
        }

        return splits.OrderBy(m => vocabulary.Ids[m.Left]).ThenBy(m => vocabulary.Ids[m.Right]);
    }

    /// <summary>Length in characters, as Python counts them.</summary>
    private static int Length(string text) => text.EnumerateRunes().Count();
}
