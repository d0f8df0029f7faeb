using System.Text;

namespace Godwit.Worker.Tokenization;

/// <summary>
/// A text of which some stretches are plain: what a user typed, as a chat template put it among its own words. No control token is
/// found in them or reaching into them; everything else is as if the whole text had come from one hand. Immutable.
/// </summary>
internal sealed class MarkedText
{
    private readonly bool[]? _plain;

    private MarkedText(string text, bool[]? plain)
    {
        Text = text;
        _plain = plain;
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>One entry for each UTF-16 unit of <see cref="Text"/>, true where it is plain; null when nothing is.</summary>
    internal bool[]? Plain => _plain;

    /// <param name="text">The whole text.</param>
    /// <param name="plain">Its plain stretches, in UTF-16 units, in any order; they may overlap.</param>
    /// <exception cref="ArgumentOutOfRangeException">A stretch does not lie within the text.</exception>
    public static MarkedText Of(string text, params IEnumerable<Range> plain)
    {
        bool[]? marks = null;
        foreach (Range stretch in plain)
        {
            (int start, int length) = stretch.GetOffsetAndLength(text.Length);
            if (length > 0)
            {
                (marks ??= new bool[text.Length]).AsSpan(start, length).Fill(true);
            }
        }

        return new MarkedText(text, marks);
    }

    /// <summary>Whether it begins with a text of which nothing is plain.</summary>
    public bool StartsWith(string start) =>
        Text.StartsWith(start, StringComparison.Ordinal) && (_plain is null || !_plain.AsSpan(0, start.Length).Contains(true));

    /// <summary>The same with a text behind it of which nothing is plain.</summary>
    public MarkedText Append(string end)
    {
        if (end.Length == 0)
        {
            return this;
        }

        bool[]? plain = _plain is null ? null : [.. _plain, .. new bool[end.Length]];
        return new MarkedText(Text + end, plain);
    }

    /// <summary>Puts a text together from pieces in their order.</summary>
    public static MarkedText Join(params IEnumerable<(string Text, bool Plain)> pieces)
    {
        var text = new StringBuilder();
        var plain = new List<Range>();
        foreach ((string piece, bool isPlain) in pieces)
        {
            if (isPlain)
            {
                plain.Add(text.Length..(text.Length + piece.Length));
            }

            text.Append(piece);
        }

        return Of(text.ToString(), plain);
    }
}
