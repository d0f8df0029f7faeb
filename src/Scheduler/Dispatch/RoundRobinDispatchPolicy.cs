namespace Godwit.Scheduler.Dispatch;

/// <summary>Instances by turns, in the order of their ids, whatever their load.</summary>
internal sealed class RoundRobinDispatchPolicy : IDispatchPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "round-robin";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DispatchPlan Choose(DispatchInputs inputs)
    {
        List<string> allowed = AllowedInstances.Of(inputs);
        return allowed.Count == 0
            ? new DispatchPlan(Name, Instance: null, 0)
            : new DispatchPlan(Name, allowed[(int)((ulong)inputs.Turn % (ulong)allowed.Count)], inputs.Turn);
    }
}
