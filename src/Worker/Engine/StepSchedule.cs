namespace Godwit.Worker.Engine;

/// <summary>What the planner decided for one step.</summary>
/// <param name="Tokens">Tokens to compute per running sequence, 0 for those that pause; in the order in which they were given.</param>
/// <param name="Preempted">Indices of running sequences that give their blocks back and wait again.</param>
/// <param name="Admitted">Tokens to compute per admitted sequence, from the head of the queue.</param>
internal sealed record StepSchedule(IReadOnlyList<int> Tokens, IReadOnlyList<int> Preempted, IReadOnlyList<int> Admitted);
