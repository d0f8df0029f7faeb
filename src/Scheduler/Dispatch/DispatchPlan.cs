namespace Godwit.Scheduler.Dispatch;

/// <summary>Where a request goes, and what it was chosen by.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Instance">The instance; null: none may have it.</param>
/// <param name="Score">The chosen one's figure: freeness, share of blocks, turn or cost, as the policy has it.</param>
internal sealed record DispatchPlan(string Policy, string? Instance, double Score);
