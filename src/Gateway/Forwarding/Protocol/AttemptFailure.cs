namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>How an attempt failed.</summary>
internal enum AttemptFailure
{
    /// <summary>No connection could be made: the worker never had the call.</summary>
    NotConnected,

    /// <summary>It answered, but not with frames and not with an error for the client: 403, 404, 409, 503.</summary>
    Declined,

    /// <summary>
    /// It may have had the request, and broke down: the connection broke, or it said that it failed. Three of these convict.
    /// </summary>
    Broken,

    /// <summary>
    /// It lives, and gives the request back: it drains, or has no room any more. It goes on elsewhere, and nobody is suspected.
    /// </summary>
    GivenBack,

    /// <summary>It may have had the request, and was silent for too long, or sent what makes no sense.</summary>
    Silent,

    /// <summary>It answered with an error that is the client's own fault; the driver passes that on.</summary>
    Refused,
}
