using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Migration;

/// <summary>An instance and its freeness as migration sees it.</summary>
/// <param name="Load">The instance.</param>
/// <param name="Freeness">Its freeness.</param>
internal sealed record RatedLoad(InstanceLoad Load, double Freeness)
{
    /// <summary>Blocks that the head of its line lacks.</summary>
    public int Shortage => Load.HeadBlocks - Load.BlocksAvailable;

    /// <summary>The head of its line does not fit, and something runs that could make room.</summary>
    public bool IsBlocked => Load is { IsReady: true, Waiting: > 0, Running: > 0 } && Shortage > 0;

    /// <summary>Blocks that are free there for a running request from elsewhere, whatever its own line wants.</summary>
    public int FreeForOthers => (int)Math.Max(0, Load.BlocksAvailable - Load.SentBlocks);
}
