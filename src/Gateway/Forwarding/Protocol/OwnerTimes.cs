using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>Deadlines and bounds of the Gateway's side of the protocol.</summary>
internal sealed record OwnerTimes
{
    /// <summary>The product's.</summary>
    public static OwnerTimes Default { get; } = new();

    /// <summary>From a resume or keep to its response's headers.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// From the headers of a resume to the first frame that continues the answer. A keep has no such limit: its headers say that it goes
    /// on.
    /// </summary>
    public TimeSpan FirstFrame { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Without a frame or an answered acknowledgement for this long a worker is given up; it gives the request up then, too.
    /// </summary>
    public TimeSpan Silence { get; init; } = AckTimes.Timeout;

    /// <summary>How often a request may go on elsewhere after a worker that had it failed.</summary>
    public int MaxRecoveries { get; init; } = 2;

    /// <summary>How many workers that never had it (no connection, a refusal) may be passed over each time.</summary>
    public int MaxPassedOver { get; init; } = 2;
}
