namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Whitespace between the tokens of JSON.</summary>
internal static class JsonWhitespace
{
    /// <summary>True for the four characters that JSON allows.</summary>
    public static bool Is(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>True when one more may follow a run of this length: a model must not go on with blanks for ever.</summary>
    public static bool MayFollow(int run) => run < ConstraintLimits.WhitespaceRun;
}
