using System.ComponentModel.DataAnnotations;

namespace Godwit.Gateway.Forwarding;

/// <summary>How the Gateway deals with a worker's stream.</summary>
internal sealed class ForwardingOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Gateway:Forwarding";

    /// <summary>Milliseconds to connect to an instance; 50 to 10000. With the attempts it bounds the time to a clear error.</summary>
    [Range(50, 10_000)]
    public int ConnectTimeoutMs { get; set; } = 1000;

    /// <summary>
    /// Milliseconds without a byte from an instance that says that it has the request, after which it counts as failed all the same; 100 to
    /// 86400000. Requests wait that long at most. (One that does not answer acknowledgements has 5 s.)
    /// </summary>
    [Range(100, 86_400_000)]
    public int IdleTimeoutMs { get; set; } = 600_000;

    /// <summary>
    /// Milliseconds without a byte after which an instance that the registry has dropped counts as failed; 100 to 60000. The registry drops
    /// a frozen one 1.2 to 2 s after its last heartbeat.
    /// </summary>
    [Range(100, 60_000)]
    public int LostAfterMs { get; set; } = 1000;

    /// <summary>Milliseconds without an event after which a stream's client gets a comment line; 50 to 90000.</summary>
    [Range(50, 90_000)]
    public int KeepAliveMs { get; set; } = 15_000;

    /// <summary>Other instances to try when one could not take the request and no token of it is known; 0 to 5.</summary>
    [Range(0, 5)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// Milliseconds that a request of which tokens are known waits for an instance that takes it over when all are full, or gone;
    /// 0 to 300000.
    /// </summary>
    [Range(0, 300_000)]
    public int TakeOverWaitMs { get; set; } = 10_000;

    /// <summary>Minutes that a request which killed three workers is refused; 1 to 1440.</summary>
    [Range(1, 1440)]
    public int QuarantineMinutes { get; set; } = 10;
}
