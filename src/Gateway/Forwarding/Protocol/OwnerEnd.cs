namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>How a request ended.</summary>
internal enum OwnerEnd
{
    /// <summary>The client has the whole answer.</summary>
    Answered,

    /// <summary>The client has left.</summary>
    ClientGone,

    /// <summary>The worker's own error goes to the client.</summary>
    Refused,

    /// <summary>No instance was left to try. The driver says 503, or what the last one said, or 502 when one had it and failed.</summary>
    NoInstance,

    /// <summary>One worker too many failed with it, and not all broke down: 502 <c>instance_failed</c>.</summary>
    Failed,

    /// <summary>One worker too many broke down with it: 500 <c>request_poisoned</c>, and its digest is quarantined.</summary>
    Poisoned,
}
