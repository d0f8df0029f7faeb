using System.Buffers;
using System.Text;
using Godwit.Worker.Tokenization.Normalization;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>Cuts text at added tokens: leftmost first, longest at a place, as Hugging Face's tokenizers do.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstCharacters;
    private readonly HashSet<int> _control;

    /// <param name="tokens">The tokens with the text to look for: the first of those alike counts, empty ones are never found.</param>
    /// <param name="control">Ids of the tokens that plain text cannot write.</param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens, HashSet<int> control)
    {
        _control = control;
        foreach ((string text, AddedToken token) in tokens.Where(t => t.Text.Length > 0))
        {
            Node node = _root;
            foreach (char c in text)
            {
                node = node.Add(c);
            }

            node.Token ??= token;
        }

        _firstCharacters = SearchValues.Create([.. _root.Next.Keys]);
    }

    public List<TextSegment> Split(TracedText text)
    {
        var segments = new List<TextSegment>();
        ReadOnlySpan<char> span = text.Text;
        int done = 0;
        int position = 0;
        while (position < span.Length && span[position..].IndexOfAny(_firstCharacters) is var offset and >= 0)
        {
            int start = position + offset;
            if (LongestAt(text, start) is not { } match)
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
                // What an earlier match swallowed already is not swallowed again.
                start = Math.Max(done, start);
                start = done + span[done..start].TrimEnd().Length;
            }

            if (match.Token.TakesSpaceRight)
            {
                end = span.Length - span[end..].TrimStart().Length;
            }

            AddText(done, start, segments);
            segments.Add(new TextSegment(start, Math.Max(0, end - start), match.Token.Id));

            // Not position: white space that was swallowed may itself be a token, which is found all the same.
            done = end;
        }

        AddText(done, span.Length, segments);
        return segments;
    }

    private static void AddText(int start, int end, List<TextSegment> segments)
    {
        if (end > start)
        {
            segments.Add(new TextSegment(start, end - start, null));
        }
    }

    private (AddedToken Token, int Length)? LongestAt(TracedText text, int start)
    {
        (AddedToken, int)? longest = null;
        Node? node = _root;
        for (int i = start; i < text.Text.Length && node.Next.TryGetValue(text.Text[i], out node); i++)
        {
            if (node.Token is { } token && !(_control.Contains(token.Id) && text.AnyPlain(start, i + 1)))
            {
                longest = (token, i + 1 - start);
            }
        }

        return longest;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && UnicodeSets.RustWord.Contains(rune.Value);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && UnicodeSets.RustWord.Contains(rune.Value);

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
