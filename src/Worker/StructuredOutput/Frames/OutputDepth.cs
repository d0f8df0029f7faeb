namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>How deep containers are nested in an output, and how deep they may be.</summary>
internal static class OutputDepth
{
    /// <summary>True when a value that nests so many containers may stand within <paramref name="open"/> others.</summary>
    public static bool Fits(int open, int depth) => open + depth <= ConstraintLimits.OutputDepth;

    /// <summary>The depth as far as it matters to the next token: none, while no token can come near the limit.</summary>
    /// <param name="open">Containers that are open.</param>
    /// <param name="margin">Containers in the flattest value of the grammar's deepest node.</param>
    public static int Local(int open, int margin) => Fits(open, margin + Masks.TokenTrie.MostBrackets + 1) ? 0 : open;
}
