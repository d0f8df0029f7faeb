namespace Godwit.Gateway.Forwarding;

/// <summary>What to do with a frame.</summary>
internal enum FrameVerdict
{
    /// <summary>It continues its choice: pass its payload on.</summary>
    Accept,

    /// <summary>All of it is known already: drop it.</summary>
    Drop,

    /// <summary>It overlaps what is known, or leaves a gap: the stream cannot be trusted any more.</summary>
    Broken,
}
