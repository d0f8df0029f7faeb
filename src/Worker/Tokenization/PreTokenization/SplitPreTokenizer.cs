using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Splits at the matches of a pattern. An empty match splits too, and no piece comes of it.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Apply(TextPiece piece, List<TextPiece> output)
    {
        if (piece.Text.Length == 0)
        {
            return;
        }

        var cutter = new Cutter(piece, behavior, output);
        int end = 0;
        foreach (Range match in pattern.Matches(piece.Text.Span))
        {
            if (match.Start.Value > end)
            {
                cutter.Add(end, match.Start.Value, isDelimiter: invert);
            }

            cutter.Add(match.Start.Value, match.End.Value, isDelimiter: !invert);
            end = match.End.Value;
        }

        if (end < piece.Text.Length)
        {
            cutter.Add(end, piece.Text.Length, isDelimiter: invert);
        }

        cutter.Finish();
    }

    /// <summary>Takes the stretches in order and joins them as the behaviour says; holds the last one back.</summary>
    private struct Cutter(TextPiece piece, SplitBehavior behavior, List<TextPiece> output)
    {
        private bool _any;
        private int _start;
        private int _end;
        private bool _lastWasDelimiter;

        public void Add(int start, int end, bool isDelimiter)
        {
            bool join = _any && behavior switch
            {
                SplitBehavior.Contiguous => isDelimiter == _lastWasDelimiter,
                SplitBehavior.MergedWithPrevious => isDelimiter && !_lastWasDelimiter,
                SplitBehavior.MergedWithNext => !isDelimiter && _lastWasDelimiter,
                _ => false,
            };
            if (!join)
            {
                Finish();
                _start = start;
            }

            _any = true;
            _end = end;
            _lastWasDelimiter = isDelimiter;
        }

        public readonly void Finish()
        {
            if (_end > _start && !(behavior == SplitBehavior.Removed && _lastWasDelimiter))
            {
                output.Add(new TextPiece(piece.Text[_start.._end], piece.AtStart && _start == 0));
            }
        }
    }
}
