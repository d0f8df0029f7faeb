namespace Godwit.Scheduler.Simulation;

/// <summary>Simulated milliseconds as timestamps: microseconds, whole, as the ledger counts.</summary>
internal static class SimulatedClock
{
    public static long Ticks(double milliseconds) => (long)(milliseconds * 1000);
}
