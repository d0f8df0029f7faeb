namespace Godwit.Worker.Protocol;

/// <summary>How an attempt to move a request ended at its source.</summary>
internal enum MoveOutcome
{
    /// <summary>The destination is ready and the Gateway has been told.</summary>
    Offered,

    /// <summary>The request is being moved already, or has finished.</summary>
    Busy,

    /// <summary>The destination will not.</summary>
    Refused,

    /// <summary>The destination, or the connection to it, failed.</summary>
    PeerLost,

    /// <summary>The destination, or the engine, did not answer in time.</summary>
    TimedOut,

    /// <summary>It is not in a state to be moved.</summary>
    NotMovable,

    /// <summary>It grows faster than it is copied.</summary>
    NotConverged,

    /// <summary>It finished first.</summary>
    Finished,

    /// <summary>It lost its blocks meanwhile.</summary>
    Preempted,

    /// <summary>The request ended at this worker.</summary>
    Dropped,
}
