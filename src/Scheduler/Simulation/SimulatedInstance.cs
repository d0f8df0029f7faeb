using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Dispatch;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Simulation;

/// <summary>An instance in the simulation, and its figures as it last published them.</summary>
internal sealed class SimulatedInstance
{
    private readonly EngineModel _model;
    private readonly InstanceRegistration _registration;
    private long _heartbeat;

    public SimulatedInstance(int index, EngineModel model, double now)
    {
        _model = model;
        _registration = new InstanceRegistration(
            $"i{index:D3}", $"{index:x32}", $"http://sim-{index}", "simulated", 0, "weights", "numerics", "layout", model.ContextLength,
            model.BlockSizeTokens, model.Blocks, model.MaxSequences);
        Index = index;
        StartedMs = now;
        Engine = new SimulatedEngine(model);
        View = Publish(now);
    }

    /// <summary>Its number.</summary>
    public int Index { get; }

    /// <summary>Its id.</summary>
    public string Id => _registration.Id;

    /// <summary>Its engine.</summary>
    public SimulatedEngine Engine { get; }

    /// <summary>Whether it takes requests.</summary>
    public InstanceState State { get; set; }

    /// <summary>Moves under way, in or out.</summary>
    public int Moves { get; set; }

    /// <summary>The move whose request leaves the batch at the next boundary of steps.</summary>
    public SimulatedMove? Stopping { get; set; }

    /// <summary>When it was asked for.</summary>
    public double StartedMs { get; }

    /// <summary>What it published last.</summary>
    public InstanceView View { get; private set; }

    /// <summary>What the Scheduler makes of it, until its figures or what was sent there change.</summary>
    public InstanceLoad? Load { get; set; }

    /// <summary>The figures in <see cref="Load"/>.</summary>
    public InstanceView? SeenView { get; set; }

    /// <summary>What was sent there, in <see cref="Load"/>.</summary>
    public LedgerLoad SeenSent { get; set; }

    /// <summary>Publishes its figures.</summary>
    public InstanceView Publish(double now)
    {
        SimulatedEngine engine = Engine;
        InstanceStatus status = new(
            _registration.BootId,
            ++_heartbeat,
            State,
            _model.Blocks - engine.Free,
            _model.Blocks,
            engine.WaitingBlocks,
            engine.Running.Count,
            engine.Waiting.Count,
            engine.Waiting.Count == 0 ? 0 : _model.BlocksFor(engine.Waiting[0].Known),
            engine.PreemptedWaiting,
            engine.HighRunning,
            _model.WatermarkBlocks,
            Moves,
            engine.StepMs);
        return View = new InstanceView(_registration, status, SimulatedClock.Ticks(now), Suspect: false);
    }
}
