namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A rule of the protocol that a run breaks on purpose, outside of the product's code.</summary>
internal enum BrokenRule
{
    None,

    /// <summary>The Gateway takes frames of streams that it has closed.</summary>
    AcceptsOldEpochs,

    /// <summary>The source frees the blocks when it offers.</summary>
    FreesBeforeRelease,

    /// <summary>The destination begins when it is ready, without the Gateway's word.</summary>
    StartsAtReady,

    /// <summary>Reservations have no deadline.</summary>
    ReservesForEver,

    /// <summary>Keep comes with the epoch that the destination was given.</summary>
    KeepsWithoutRaising,

    /// <summary>A source that hears nothing for a second after its offer goes on by itself (what peers do).</summary>
    SourceHelpsItself,

    /// <summary>Requests run on without acknowledgements.</summary>
    RunsWithoutAcks,

    /// <summary>A worker forgets at once what it has ended.</summary>
    ForgetsAtOnce,

    /// <summary>A Gateway that gives a worker up does not say so.</summary>
    GivesUpSilently,

    /// <summary>The destination says READY when the state has come, whether or not the blocks have.</summary>
    ReadyWithoutBlocks,

    /// <summary>Recoveries are not counted.</summary>
    RecoversForEver,

    /// <summary>The client's leaving is not passed on.</summary>
    CancelsNobody,
}
