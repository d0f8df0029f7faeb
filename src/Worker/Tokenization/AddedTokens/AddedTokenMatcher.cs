using System.Buffers;
using System.Globalization;
using System.Text;

namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>Cuts text at added tokens: leftmost first, longest at a place, as Hugging Face's tokenizers do.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstCharacters;

    /// <param name="tokens">The tokens with the text to look for; empty texts are never found.</param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach ((string text, AddedToken token) in tokens.Where(t => t.Text.Length > 0))
        {
            Node node = _root;
            foreach (char c in text)
            {
                node = node.Add(c);
            }

            node.Token = token;
        }

        _firstCharacters = SearchValues.Create([.. _root.Next.Keys]);
    }

    public List<TextSegment> Split(ReadOnlyMemory<char> text)
    {
        var segments = new List<TextSegment>();
        ReadOnlySpan<char> span = text.Span;
        int done = 0;
        int position = 0;
        while (position < span.Length && span[position..].IndexOfAny(_firstCharacters) is var offset and >= 0)
        {
            int start = position + offset;
            if (LongestAt(span, start) is not { } match)
            {
                position = start + 1;
                continue;
            }

            int end = start + match.Length;
            position = end;
            if (match.Token.SingleWord && (EndsWithWord(span[..start]) || StartsWithWord(span[end..])))
            {
                continue;
            }

            if (match.Token.TakesSpaceLeft)
            {
                start = Math.Max(done, span[..start].TrimEnd().Length);
            }

            if (match.Token.TakesSpaceRight)
            {
                end = span.Length - span[end..].TrimStart().Length;
                position = end;
            }

            AddText(text, done, start, segments);
            segments.Add(new TextSegment(text[start..end], start, match.Token.Id));
            done = end;
        }

        AddText(text, done, span.Length, segments);
        return segments;
    }

    private static void AddText(ReadOnlyMemory<char> text, int start, int end, List<TextSegment> segments)
    {
        if (end > start)
        {
            segments.Add(new TextSegment(text[start..end], start, null));
        }
    }

    private (AddedToken Token, int Length)? LongestAt(ReadOnlySpan<char> text, int start)
    {
        (AddedToken, int)? longest = null;
        Node? node = _root;
        for (int i = start; i < text.Length && node.Next.TryGetValue(text[i], out node); i++)
        {
            if (node.Token is { } token)
            {
                longest = (token, i + 1 - start);
            }
        }

        return longest;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsWord(Rune rune) =>
        Rune.IsLetter(rune) || rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    private sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public AddedToken? Token { get; set; }

        public Node Add(char c)
        {
            if (!Next.TryGetValue(c, out Node? next))
            {
                Next.Add(c, next = new Node());
            }

            return next;
        }
    }
}
