namespace Godwit.Scheduler.Dispatch;

/// <summary>What a policy may know of a request that wants an instance.</summary>
/// <param name="Request">Request id.</param>
/// <param name="PromptTokens">Tokens of its prompt, as estimated.</param>
/// <param name="Priority">Scheduling priority, lower is sooner; below 0 execution priority is high too (DESIGN §5.5).</param>
/// <param name="Exclude">Instances already tried in vain.</param>
internal sealed record DispatchQuestion(string Request, int PromptTokens, int Priority, IReadOnlyList<string> Exclude)
{
    /// <summary>It is of high execution priority.</summary>
    public bool IsHigh => Priority < 0;
}
