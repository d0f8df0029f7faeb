namespace Godwit.Scheduler.Simulation;

/// <summary>What a run counted beside its requests.</summary>
internal sealed class SimulationTotals
{
    /// <summary>First arrival to last token.</summary>
    public double DurationMs { get; set; }

    /// <summary>Time of all instances together.</summary>
    public double InstanceMs { get; set; }

    /// <summary>Steps of all engines.</summary>
    public long Steps { get; set; }

    /// <summary>Moves by how they ended (<see cref="MoveEnd"/>).</summary>
    public long[] MoveEnds { get; } = new long[Enum.GetValues<MoveEnd>().Length];

    /// <summary>Orders that the source did not carry out, by reason (<see cref="Worker.Migration.MoverReason"/>).</summary>
    public long[] Refusals { get; } = new long[Enum.GetValues<Worker.Migration.MoverReason>().Length];

    /// <summary>Blocks of the moves that succeeded.</summary>
    public long BlocksMoved { get; set; }

    /// <summary>Their downtimes.</summary>
    public List<double> DowntimesMs { get; } = [];

    /// <summary>Fragmented share of the blocks, once a second.</summary>
    public List<double> Fragmentation { get; } = [];

    /// <summary>Share of the blocks that is held, once a second.</summary>
    public List<double> Used { get; } = [];

    /// <summary>Microseconds of each decision.</summary>
    public List<double> DecisionMicroseconds { get; set; } = [];
}
