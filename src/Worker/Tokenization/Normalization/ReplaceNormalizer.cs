using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        List<Range> matches = pattern.Matches(text.Text);
        if (matches.Count == 0)
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        int end = 0;
        foreach (Range match in matches)
        {
            rewriter.Keep(end, match.Start.Value);
            rewriter.Put(content, match.Start.Value, match.End.Value);
            end = match.End.Value;
        }

        rewriter.Keep(end, text.Text.Length);
        return rewriter.Finish();
    }
}
