namespace Godwit.Contracts.Migration;

/// <summary>Paths of a worker that only Godwit's own programs call, with the cluster secret.</summary>
public static class InternalPaths
{
    /// <summary>POST <see cref="MigrationOrder"/>, from the Scheduler.</summary>
    public const string Migrations = "/internal/migrations";

    /// <summary>POST <see cref="DrainOrder"/>, from the Scheduler.</summary>
    public const string Drain = "/internal/drain";

    /// <summary>POST <see cref="AckBatch"/>, from a Gateway.</summary>
    public const string Acks = "/internal/acks";

    /// <summary>POST <see cref="ResumeCall"/> at the destination, from a Gateway; answered with frames.</summary>
    public const string Resume = "/internal/resume";

    /// <summary>POST <see cref="ResumeCall"/> at the source, from a Gateway; answered with frames.</summary>
    public const string Keep = "/internal/keep";

    /// <summary>POST <see cref="RequestEpoch"/>, from a Gateway.</summary>
    public const string Release = "/internal/release";

    /// <summary>POST <see cref="RequestEpoch"/>, from a Gateway.</summary>
    public const string Cancel = "/internal/cancel";

    /// <summary>POST <see cref="CallEnvelope"/>, from a Gateway; answered with frames.</summary>
    public const string Replay = "/internal/replay";

    /// <summary>GET with an upgrade to the protocol of KV blocks, from another worker.</summary>
    public const string Blocks = "/internal/blocks";
}
