namespace Godwit.Worker.Protocol;

/// <summary>Why a request ends at this worker.</summary>
internal enum DropCause
{
    /// <summary>Its answer was sent whole.</summary>
    Answered,

    /// <summary>The Gateway has it elsewhere.</summary>
    Released,

    /// <summary>A call with a higher epoch came for it.</summary>
    Superseded,

    /// <summary>The client is gone.</summary>
    Cancelled,

    /// <summary>The Gateway's connection broke.</summary>
    StreamBroken,

    /// <summary>The Gateway was not heard for too long.</summary>
    NoAcks,

    /// <summary>It was offered, and the Gateway neither took nor kept it, although it lives: it never got the offer.</summary>
    Undecided,
}
