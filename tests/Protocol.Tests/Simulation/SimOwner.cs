using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>One request at the Gateway.</summary>
internal sealed class SimOwner(OwnerTimes times)
{
    public OwnerMachine Machine { get; } = new(times);

    /// <summary>Until when the client takes no bytes.</summary>
    public long SlowUntil { get; set; }

    /// <summary>Until when the stream is not read, since bytes wait for the client.</summary>
    public long BlockedUntil { get; set; }

    /// <summary>When its timer is due.</summary>
    public long TickAt { get; set; } = long.MaxValue;
}
