namespace Godwit.Contracts.Migration;

/// <summary>
/// Where a request was, for <c>explain</c>. Written by its Gateway after the fact (<see cref="Redis.RedisKeys.Trail"/>), never waited for,
/// and never decided by.
/// </summary>
/// <param name="Request">Request id.</param>
/// <param name="Model">Its model.</param>
/// <param name="Instance">Who has it, or had it last.</param>
/// <param name="Epoch">Under which epoch.</param>
/// <param name="Dispatch">How its first instance was chosen when it was not the Scheduler: <c>power-of-two</c>; else null.</param>
/// <param name="Moves">Planned moves.</param>
/// <param name="Recoveries">Unplanned ones.</param>
public sealed record RequestTrail(
    string Request,
    string Model,
    string Instance,
    int Epoch,
    string? Dispatch,
    IReadOnlyList<RequestMove> Moves,
    IReadOnlyList<RequestRecovery> Recoveries);

/// <summary>A planned move of a request.</summary>
/// <param name="From">Source instance.</param>
/// <param name="To">Destination instance.</param>
/// <param name="Reason">The order's reason.</param>
/// <param name="Epoch">Epoch at the destination.</param>
/// <param name="DowntimeMs">Milliseconds from the last token of the source to the first of the destination, as the Gateway saw them.</param>
/// <param name="Bytes">Bytes that the source sent.</param>
public sealed record RequestMove(string From, string To, string Reason, int Epoch, double DowntimeMs, long Bytes);

/// <summary>A request that went on elsewhere after its worker failed.</summary>
/// <param name="From">The instance that failed.</param>
/// <param name="To">The instance that goes on.</param>
/// <param name="Reason">What was seen of the failure.</param>
/// <param name="Epoch">Epoch at the new instance.</param>
/// <param name="StallMs">Milliseconds without a token for the client.</param>
/// <param name="ReplayedTokens">Tokens that were computed again.</param>
public sealed record RequestRecovery(string From, string To, string Reason, int Epoch, double StallMs, int ReplayedTokens);
