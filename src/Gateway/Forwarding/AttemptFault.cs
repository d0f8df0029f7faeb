namespace Godwit.Gateway.Forwarding;

/// <summary>In which way an attempt failed: what may be concluded from it.</summary>
internal enum AttemptFault
{
    /// <summary>There was no connection: the instance never had the request.</summary>
    NeverArrived,

    /// <summary>It answered, but not as a worker answers a request that it takes.</summary>
    NotTaken,

    /// <summary>It lives, and gave the request back.</summary>
    HandedBack,

    /// <summary>It did not answer in the time that a resumed request has; it may still do so.</summary>
    Late,

    /// <summary>It died, or behaves as if: the request may have been the cause.</summary>
    Crashed,
}
