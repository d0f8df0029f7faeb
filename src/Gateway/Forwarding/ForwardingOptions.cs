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

    /// <summary>Milliseconds without a byte from the instance after which it counts as failed; 100 to 86400000.</summary>
    [Range(100, 86_400_000)]
    public int IdleTimeoutMs { get; set; } = 120_000;

    /// <summary>Milliseconds without a byte after which an instance that the registry has dropped counts as failed; 100 to 60000.</summary>
    [Range(100, 60_000)]
    public int LostAfterMs { get; set; } = 2000;

    /// <summary>Milliseconds without an event after which a stream's client gets a comment line; 50 to 90000.</summary>
    [Range(50, 90_000)]
    public int KeepAliveMs { get; set; } = 15_000;

    /// <summary>Other instances to try when one failed before the client got a byte; 0 to 5.</summary>
    [Range(0, 5)]
    public int MaxRetries { get; set; } = 2;
}
