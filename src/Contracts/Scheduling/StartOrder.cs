namespace Godwit.Contracts.Scheduling;

/// <summary>Body of <c>POST /instances</c>, at the Scheduler and on to the supervisor: start workers.</summary>
/// <param name="Model">Id of a model of the supervisor's library.</param>
/// <param name="Count">How many.</param>
public sealed record StartOrder(string Model, int Count = 1)
{
    /// <summary>Most workers that one order starts.</summary>
    public const int MaxCount = 64;
}
