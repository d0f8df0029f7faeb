using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Migration;

/// <summary>When running requests are moved to even out load.</summary>
internal sealed class MigrationOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Migration";

    /// <summary>Balance by moving; what an operator set by <c>PUT /policy</c> goes before. A drain moves requests all the same.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Milliseconds between two looks at the instances; 20 to 60000.</summary>
    [Range(20, 60_000)]
    public int PeriodMs { get; set; } = 200;

    /// <summary>Freeness (blocks left per request) below which requests are moved away.</summary>
    [Range(-1_000_000.0, 1_000_000.0)]
    public double OutBelow { get; set; } = 20;

    /// <summary>Freeness above which requests are taken.</summary>
    [Range(-1_000_000.0, 1_000_000.0)]
    public double InAbove { get; set; } = 25;

    /// <summary>How far beyond the threshold that let it in a pair of instances stays one.</summary>
    [Range(0.0, 1_000_000.0)]
    public double Hysteresis { get; set; } = 1;

    /// <summary>Most requests that one order moves to even out load; 1 to 64.</summary>
    [Range(1, 64)]
    public int PerOrder { get; set; } = 4;
}
