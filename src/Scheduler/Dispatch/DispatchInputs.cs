using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>Everything that a dispatch decision depends on; the same inputs give the same decision.</summary>
/// <param name="Question">The request.</param>
/// <param name="Instances">Living instances of its model.</param>
/// <param name="PrefixTokens">Per instance the tokens of the prompt that it has probably cached; null: nothing is known.</param>
/// <param name="Turn">Number of this decision, for policies that take turns.</param>
/// <param name="Draw">Random bits, for policies that draw.</param>
/// <param name="Settings">How instances are weighed.</param>
internal sealed record DispatchInputs(
    DispatchQuestion Question,
    IReadOnlyList<InstanceLoad> Instances,
    IReadOnlyList<int>? PrefixTokens,
    long Turn,
    ulong Draw,
    DispatchSettings Settings)
{
    /// <summary>Whether the request may go to that instance.</summary>
    public bool Allows(int index)
    {
        InstanceLoad load = Instances[index];
        if (!load.IsReady)
        {
            return false;
        }

        IReadOnlyList<string> exclude = Question.Exclude;
        for (int i = 0; i < exclude.Count; i++)
        {
            if (string.Equals(exclude[i], load.Id, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
