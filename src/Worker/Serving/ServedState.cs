namespace Godwit.Worker.Serving;

/// <summary>What a worker does with a Gateway's request.</summary>
internal enum ServedState
{
    /// <summary>It is ready to go on here, once its Gateway says so: the destination's side of a move.</summary>
    Held,

    /// <summary>It runs, or waits for its turn.</summary>
    Running,

    /// <summary>It stands still and may go on elsewhere: the source's side of a move.</summary>
    Parked,

    /// <summary>It ended, was cancelled, or went on elsewhere.</summary>
    Over,
}
