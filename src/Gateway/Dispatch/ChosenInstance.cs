using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Dispatch;

/// <summary>Where a request goes.</summary>
/// <param name="Id">The instance.</param>
/// <param name="BootId">Its life.</param>
/// <param name="Address">Its base address.</param>
/// <param name="Policy">How it was chosen when it was not the Scheduler; else null.</param>
internal sealed record ChosenInstance(string Id, string BootId, string Address, string? Policy = null)
{
    /// <summary>The destination of a move.</summary>
    public static ChosenInstance Of(MigrationPeer peer) => new(peer.Id, peer.BootId, peer.Address);

    /// <summary>The same process, not only the same name.</summary>
    public bool IsSameLife(ChosenInstance other) => Id == other.Id && BootId == other.BootId;
}
