using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>One request at one worker.</summary>
internal sealed class SimServed(TimeSpan now, WorkerTimes times)
{
    public RequestAtWorker Machine { get; } = new(now, times);

    public SimEngineRun? Run { get; set; }

    public SimReservation? Reservation { get; set; }

    public SimMove? Move { get; set; }

    /// <summary>Epoch of the last call that came.</summary>
    public int LastEpoch { get; set; }

    /// <summary>When its timer is due.</summary>
    public long TickAt { get; set; } = long.MaxValue;
}
