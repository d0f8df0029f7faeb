using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>One request at the Gateway.</summary>
internal sealed class SimOwner(OwnerTimes times)
{
    public OwnerMachine Machine { get; } = new(times);

    /// <summary>When its timer is due.</summary>
    public long TickAt { get; set; } = long.MaxValue;
}
