using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Migration;

/// <summary>How requests are moved to and from this worker. Section <c>Worker:Migration</c>.</summary>
public sealed class MigrationOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Migration";

    /// <summary>Most megabytes of KV blocks per second that this worker sends while requests decode; 0 = no limit. Default 0, range
    /// 0…1000000.</summary>
    [Range(0, 1_000_000)]
    public int BandwidthMbps { get; set; }

    /// <summary>
    /// Stages after which a request that is moved away is stopped whatever is left to send; 1 = it stands still for all of the copy.
    /// Default 3: it is never stopped for more than 16 blocks. Range 1…3; the others are for comparisons.
    /// </summary>
    [Range(1, 3)]
    public int MaxStages { get; set; } = 3;

    /// <summary>Orders that wait for their turn; more are answered 503. Default 64, range 1…4096.</summary>
    [Range(1, 4096)]
    public int MaxOrders { get; set; } = 64;

    /// <summary>
    /// For tests, and only where the environment variable <c>GODWIT_FAILPOINTS</c> is 1: <c>STAGE:ACTION</c> fails once at that stage of a
    /// move (prepare, copy, stop, offer, resume, release): <c>kill</c> ends the process, <c>freeze</c> stops it, <c>drop</c> loses what was
    /// to be done. Default none.
    /// </summary>
    [RegularExpression("^(prepare|copy|stop|offer|resume|release):(kill|freeze|drop)$", ErrorMessage =
        "Worker:Migration:Failpoint must be STAGE:ACTION: prepare, copy, stop, offer, resume or release; kill, freeze or drop.")]
    public string? Failpoint { get; set; }
}
