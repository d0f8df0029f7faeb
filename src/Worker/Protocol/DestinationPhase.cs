namespace Godwit.Worker.Protocol;

/// <summary>Where a reservation is.</summary>
internal enum DestinationPhase
{
    /// <summary>Blocks are asked for.</summary>
    Reserving,

    /// <summary>Blocks come.</summary>
    Receiving,

    /// <summary>All is here; only the Gateway can turn it into a running request.</summary>
    Ready,

    /// <summary>It became a running request, or was freed.</summary>
    Over,
}
