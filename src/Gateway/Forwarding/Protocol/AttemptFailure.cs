namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>How an attempt failed.</summary>
internal enum AttemptFailure
{
    /// <summary>No connection could be made: the worker never had the call.</summary>
    NotConnected,

    /// <summary>It answered, but not with frames and not with an error for the client: 403, 404, 409, 503.</summary>
    Declined,

    /// <summary>It may have had the request: the connection broke, its stream was no stream, it was silent for too long, or it said that it failed.</summary>
    Broken,

    /// <summary>It answered with an error that is the client's own fault; the driver passes that on.</summary>
    Refused,
}
