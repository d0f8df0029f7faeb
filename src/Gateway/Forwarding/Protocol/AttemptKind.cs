namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>Which call opens a stream.</summary>
internal enum AttemptKind
{
    /// <summary>The client's own path and body: the worker begins from nothing.</summary>
    Start,

    /// <summary><see cref="Contracts.Migration.InternalPaths.Replay"/>: prompt and output so far are computed again.</summary>
    Replay,

    /// <summary><see cref="Contracts.Migration.InternalPaths.Resume"/> at the destination of a move.</summary>
    Resume,

    /// <summary><see cref="Contracts.Migration.InternalPaths.Keep"/> at the source of a move.</summary>
    Keep,
}
