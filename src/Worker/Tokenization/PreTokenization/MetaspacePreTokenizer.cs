using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Writes spaces as the replacement character (U+2581 as a rule), adds the dummy prefix, and splits before each of them.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme scheme, bool split) : PreTokenizer
{
    private readonly SplitPreTokenizer? _splitter = split
        ? new SplitPreTokenizer(TextPattern.FromText(replacement.ToString()), SplitBehavior.MergedWithNext, invert: false)
        : null;

    public override void Apply(TextPiece piece, List<TextPiece> output)
    {
        string text = piece.Text.ToString().Replace(' ', replacement);
        bool prepend = scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.AtStart);
        if (prepend && !text.StartsWith(replacement))
        {
            text = replacement + text;
        }

        piece = piece with { Text = text.AsMemory() };
        if (_splitter is null)
        {
            output.Add(piece);
        }
        else
        {
            _splitter.Apply(piece, output);
        }
    }
}
