namespace Godwit.Scheduler.Simulation;

/// <summary>How a move in the simulation ended.</summary>
internal enum MoveEnd
{
    /// <summary>The request runs at the destination.</summary>
    Moved,

    /// <summary>The destination had no room.</summary>
    Refused,

    /// <summary>The request finished or was preempted meanwhile.</summary>
    Gone,

    /// <summary>Copying did not catch up with decoding.</summary>
    NotConverged,
}

/// <summary>
/// A move of one request: full blocks are copied in up to three stages while it goes on decoding; with 16 or fewer left it stops at a
/// boundary of steps, and the rest follows (DESIGN §5.4).
/// </summary>
internal sealed class SimulatedMove
{
    private const int MaxStages = 3;
    private const int LastStageBlocks = 16;

    private readonly SimulationSettings _settings;
    private readonly EventQueue _events;
    private readonly Action<SimulatedMove, MoveEnd> _ended;
    private readonly Action<SimulatedInstance> _kick;
    private readonly int _preemptions;
    private int _reserved;
    private int _stage;

    public SimulatedMove(
        SimulationSettings settings,
        EventQueue events,
        SimulatedInstance source,
        SimulatedInstance destination,
        SimulatedRequest request,
        Action<SimulatedInstance> kick,
        Action<SimulatedMove, MoveEnd> ended)
    {
        (_settings, _events, _kick, _ended) = (settings, events, kick, ended);
        (Source, Destination, Request) = (source, destination, request);
        _preemptions = request.Preemptions;
    }

    public SimulatedInstance Source { get; }

    public SimulatedInstance Destination { get; }

    public SimulatedRequest Request { get; }

    /// <summary>Blocks copied.</summary>
    public int Copied { get; private set; }

    /// <summary>Milliseconds between leaving one batch and being ready for the other.</summary>
    public double DowntimeMs { get; private set; }

    private bool IsGone => !Request.IsRunning || Request.Preemptions != _preemptions;

    /// <summary>Begins it.</summary>
    public void Begin()
    {
        Source.Moves++;
        Destination.Moves++;
        Advance();
    }

    /// <summary>The source is between two steps.</summary>
    public void AtBoundary()
    {
        Source.Stopping = null;
        if (IsGone)
        {
            End(MoveEnd.Gone);
            return;
        }

        int rest = Request.Blocks - Copied;
        if (!Destination.Engine.Reserve(rest))
        {
            End(MoveEnd.Refused);
            return;
        }

        _reserved += rest;
        Copied += rest;
        Source.Engine.Park(Request);
        DowntimeMs = Milliseconds(rest);
        _events.After(DowntimeMs, Commit);
    }

    private void Advance()
    {
        if (IsGone)
        {
            End(MoveEnd.Gone);
            return;
        }

        int full = (Request.Computed / _settings.Engine.BlockSizeTokens) - Copied;
        if (full <= LastStageBlocks)
        {
            Stop();
        }
        else if (++_stage >= MaxStages)
        {
            End(MoveEnd.NotConverged);
        }
        else if (!Destination.Engine.Reserve(full))
        {
            End(MoveEnd.Refused);
        }
        else
        {
            _reserved += full;
            Copied += full;
            _events.After(Milliseconds(full), Advance);
        }
    }

    private void Stop()
    {
        if (Source.Engine.Stepping)
        {
            Source.Stopping = this;
        }
        else
        {
            AtBoundary();
        }
    }

    private void Commit()
    {
        Source.Engine.Drop(Request.Blocks);
        Request.Moves++;
        Destination.Engine.Adopt(Request);
        _reserved = 0;
        End(MoveEnd.Moved);
    }

    private void End(MoveEnd how)
    {
        Destination.Engine.Unreserve(_reserved);
        Source.Moves--;
        Destination.Moves--;
        _ended(this, how);
        _kick(Source);
        _kick(Destination);
    }

    private double Milliseconds(int blocks) =>
        _settings.MessageMs + (blocks * (double)_settings.Engine.BlockBytes * 1000 / _settings.BytesPerSecond);
}
