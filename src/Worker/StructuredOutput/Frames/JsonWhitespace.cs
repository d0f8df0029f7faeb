namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>
/// Whitespace between the tokens of JSON: at most one blank, then at most one empty line and an indentation. That is what people and
/// programs write; more of it a model must not be allowed, or one that knows nothing better goes on with it until its budget is used up.
/// </summary>
internal static class JsonWhitespace
{
    private const int None = 0, Blank = 1, Break = 2, LastBreak = Break + ConstraintLimits.LineBreaks - 1;
    private const int LastIndent = LastBreak + ConstraintLimits.Indentation;

    /// <summary>True for the four characters that JSON allows.</summary>
    public static bool Is(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>Goes on by a character.</summary>
    /// <param name="run">Where in a run of whitespace, 0 before its first character.</param>
    /// <param name="value">The character.</param>
    /// <param name="next">Where after it.</param>
    /// <returns>Whether it is whitespace and allowed there.</returns>
    public static bool TryFollow(int run, byte value, out int next)
    {
        next = value switch
        {
            (byte)' ' or (byte)'\t' when run == None => Blank,
            (byte)' ' or (byte)'\t' when run is >= Break and <= LastBreak => LastBreak + 1,
            (byte)' ' or (byte)'\t' when run is > LastBreak and < LastIndent => run + 1,
            (byte)'\n' or (byte)'\r' when run is None or Blank => Break,
            (byte)'\n' or (byte)'\r' when run is >= Break and < LastBreak => run + 1,
            _ => -1,
        };
        return next >= 0;
    }
}
