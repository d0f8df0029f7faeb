using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;

namespace Godwit.Scheduler.Simulation;

/// <summary>What one run simulates.</summary>
/// <param name="Policy">Name of the dispatch policy; <c>llumnix</c> also moves requests.</param>
/// <param name="Engine">The engines.</param>
/// <param name="Instances">How many there are; with scaling the most.</param>
/// <param name="Seed">Seed of the policy's draws.</param>
internal sealed record SimulationSettings(string Policy, EngineModel Engine, int Instances, long Seed)
{
    /// <summary>Milliseconds between an instance's heartbeats; 0: figures are always fresh.</summary>
    public double HeartbeatMs { get; init; } = 400;

    /// <summary>Milliseconds that a request counts as on its way at least, as by default in the Scheduler.</summary>
    public double SettleMs { get; init; } = 500;

    /// <summary>Milliseconds between two rounds of pairing.</summary>
    public double RoundMs { get; init; } = 200;

    /// <summary>Bytes per second that a move copies.</summary>
    public double BytesPerSecond { get; init; } = 2.5e9;

    /// <summary>Milliseconds that the messages around a stage of a move take.</summary>
    public double MessageMs { get; init; } = 2;

    /// <summary>Share by which copying slows both ends.</summary>
    public double SlowDown { get; init; } = 0.03;

    /// <summary>Marked requests are served by their priority; false: they are marked and treated like all others.</summary>
    public bool Priorities { get; init; } = true;

    /// <summary>How dispatch weighs instances.</summary>
    public DispatchSettings Dispatch { get; init; } = new();

    /// <summary>When requests are moved.</summary>
    public MigrationSettings Migration { get; init; } = new();

    /// <summary>When the number of instances changes; null: never.</summary>
    public ScalingSettings? Scaling { get; init; }

    /// <summary>Milliseconds between two looks at the number of instances.</summary>
    public double ScalingRoundMs { get; init; } = 10_000;

    /// <summary>Milliseconds that a new instance needs to be ready.</summary>
    public double StartMs { get; init; }
}
