namespace Godwit.Worker.Engine;

/// <summary>What the planner decided for one step. Its owner has every step planned into the same memory.</summary>
internal sealed class StepSchedule
{
    /// <summary>Tokens to compute per running sequence, 0 for those that pause; in the order in which they were given.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>Drafts to compute per running sequence, behind its known tokens.</summary>
    public List<int> Drafts { get; } = [];

    /// <summary>Indices of running sequences that give their blocks back and wait again, in ascending order.</summary>
    public List<int> Preempted { get; } = [];

    /// <summary>Tokens to compute per admitted sequence, from the head of the queue.</summary>
    public List<int> Admitted { get; } = [];
}
