using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Serving;

/// <summary>How requests are held for their Gateways. Section <c>Worker:Serving</c>.</summary>
public sealed class ServingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Serving";

    /// <summary>
    /// Milliseconds without an acknowledgement after which a request of a Gateway is cancelled. Default 5000, range 1000…60000. Gateways
    /// acknowledge every 250 ms.
    /// </summary>
    [Range(1000, 60_000)]
    public int AckTimeoutMs { get; set; } = 5000;

    /// <summary>KiB of a request's values that a Gateway has not acknowledged; beyond it the request is paused. Default 4096, range
    /// 16…65536.</summary>
    [Range(16, 65_536)]
    public int UnackedKb { get; set; } = 4096;
}
