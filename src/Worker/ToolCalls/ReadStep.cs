namespace Godwit.Worker.ToolCalls;

/// <summary>What a character did to what is being read.</summary>
internal enum ReadStep
{
    /// <summary>It belongs to it, and more is to come.</summary>
    More,

    /// <summary>It was its last.</summary>
    Ended,

    /// <summary>It cannot belong to it.</summary>
    Broken,
}
