namespace Godwit.Contracts.Dispatch;

/// <summary>Body of <c>POST /dispatch</c> at the Scheduler: requests that want an instance, batched by the Gateway.</summary>
/// <param name="Requests">At most 256; answered in the same order.</param>
public sealed record DispatchRequest(IReadOnlyList<DispatchItem> Requests);

/// <summary>One request that wants an instance.</summary>
/// <param name="Request">Request id.</param>
/// <param name="Model">Model id; must be one that the registry knows.</param>
/// <param name="PromptTokens">Estimate of the prompt's tokens.</param>
/// <param name="MaxTokens">Most tokens that may be generated; null: up to the end of the context.</param>
/// <param name="Priority">Scheduling priority, −100…100, lower is sooner (DESIGN §5.5).</param>
/// <param name="Exclude">Instances already tried in vain for this request.</param>
/// <param name="Prefix">
/// Chained hashes of the prompt's chunks of 256 bytes, longest prefix last, for dispatch by prefix; null when the Gateway made none.
/// </param>
public sealed record DispatchItem(
    string Request,
    string Model,
    int PromptTokens,
    int? MaxTokens,
    int Priority,
    IReadOnlyList<string> Exclude,
    IReadOnlyList<ulong>? Prefix = null);

/// <summary>Answer to <see cref="DispatchRequest"/>.</summary>
/// <param name="Decisions">One per request, in order.</param>
public sealed record DispatchResponse(IReadOnlyList<DispatchDecision> Decisions);

/// <summary>Where one request goes, or why nowhere.</summary>
/// <param name="Request">Request id.</param>
/// <param name="Instance">Chosen instance; null when there is none.</param>
/// <param name="BootId">Its life when it was chosen.</param>
/// <param name="Address">Its base address.</param>
/// <param name="Error">Set when <paramref name="Instance"/> is null.</param>
public sealed record DispatchDecision(string Request, string? Instance, string? BootId, string? Address, DispatchError? Error);

/// <summary>Why a request got no instance.</summary>
public enum DispatchError
{
    /// <summary>No living instance serves that model, but the registry has seen the model before.</summary>
    NoInstance,

    /// <summary>The registry has never seen that model.</summary>
    UnknownModel,
}
