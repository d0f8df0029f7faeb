namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Splits at the matches of a pattern.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Apply(TextPiece piece, List<TextPiece> output)
    {
        var cutter = new Cutter(piece, behavior, output);
        int end = 0;
        foreach (Range match in pattern.Matches(piece.Text))
        {
            cutter.Add(end, match.Start.Value, isDelimiter: invert);
            cutter.Add(match.Start.Value, match.End.Value, isDelimiter: !invert);
            end = match.End.Value;
        }

        cutter.Add(end, piece.Text.Length, isDelimiter: invert);
        cutter.Finish();
    }

    /// <summary>Takes the alternating stretches in order and joins them as the behaviour says; holds the last one back.</summary>
    private struct Cutter(TextPiece piece, SplitBehavior behavior, List<TextPiece> output)
    {
        private int _start;
        private int _end;
        private bool _lastWasDelimiter;

        public void Add(int start, int end, bool isDelimiter)
        {
            if (start == end)
            {
                return;
            }

            bool join = _end > _start && behavior switch
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

            _end = end;
            _lastWasDelimiter = isDelimiter;
        }

        public void Finish()
        {
            if (_end > _start && !(behavior == SplitBehavior.Removed && _lastWasDelimiter))
            {
                output.Add(new TextPiece(piece.Text[_start.._end], piece.AtStart && _start == 0));
            }

            _start = _end;
        }
    }
}
