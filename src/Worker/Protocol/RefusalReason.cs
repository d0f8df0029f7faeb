namespace Godwit.Worker.Protocol;

/// <summary>Why a call of the Gateway is refused.</summary>
internal enum RefusalReason
{
    /// <summary>Its epoch is not above one that was seen already.</summary>
    Stale,

    /// <summary>The client of this request is gone.</summary>
    Cancelled,

    /// <summary>Nothing is held here that it could go on with.</summary>
    NotHeld,
}
