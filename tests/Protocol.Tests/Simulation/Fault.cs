namespace Godwit.Protocol.Tests.Simulation;

/// <summary>What a schedule does to the cluster.</summary>
internal enum FaultKind
{
    /// <summary>An order to move the request (no fault).</summary>
    Order,

    /// <summary>The engine takes the request's blocks back (no fault).</summary>
    Preempt,

    /// <summary>The next PREPARE at the worker is refused (no fault).</summary>
    Refuse,

    /// <summary>One step of the worker takes 3 s (no fault, but slower than a resume may be).</summary>
    SlowStep,

    /// <summary>The client takes no bytes for a while, so the Gateway does not read on; it acknowledges all the same (no fault).</summary>
    SlowClient,

    /// <summary>The client leaves.</summary>
    ClientLeaves,

    CrashWorker,
    FreezeWorker,
    CrashGateway,
    FreezeGateway,

    /// <summary>Nothing passes between two nodes, one way or both; afterwards it is lost or comes late.</summary>
    Partition,

    /// <summary>The connection of the stream that the Gateway reads breaks.</summary>
    BreakStream,

    /// <summary>The engine fails the request, and the worker says so.</summary>
    EngineError,
}

/// <summary>One of them, at a time or when something happens.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">Ticks from the start, or after the trigger.</param>
/// <param name="Trigger">Name of the action of a machine that sets it off; null: it happens at <paramref name="At"/>.</param>
/// <param name="Skip">How many such actions are let pass first.</param>
/// <param name="Request">Of which request.</param>
/// <param name="Node">At which worker; with a trigger 0 is the node that acts, 1 its peer.</param>
/// <param name="Other">The other side, or the way of it.</param>
/// <param name="Length">How long it lasts.</param>
internal sealed record Fault(FaultKind Kind, long At, string? Trigger, int Skip, int Request, int Node, int Other, long Length)
{
    /// <summary>Something fails; moves, refusals and slowness are not failures.</summary>
    public bool IsFailure => Kind > FaultKind.ClientLeaves;
}
