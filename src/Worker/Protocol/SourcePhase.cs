namespace Godwit.Worker.Protocol;

/// <summary>
/// Where a running request is with regard to a move. The order matters: between the first and Offered a move is under way.
/// </summary>
internal enum SourcePhase
{
    /// <summary>It decodes, or has finished and its last frames are on their way.</summary>
    Running,

    /// <summary>PREPARE was sent.</summary>
    Preparing,

    /// <summary>The engine is asked how far it is.</summary>
    Asking,

    /// <summary>A stage is being copied while it decodes.</summary>
    Copying,

    /// <summary>It shall be parked at the next step boundary.</summary>
    Stopping,

    /// <summary>It is parked; READY is awaited.</summary>
    Sending,

    /// <summary>It is parked; the Gateway decides.</summary>
    Offered,

    /// <summary>It holds nothing here any more.</summary>
    Over,
}
