using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// Llumnix: the instance with the highest freeness, however low that is. Between equals the one with the smaller share of its blocks
/// promised, fewer sequences, smaller id.
/// </summary>
internal sealed class FreenessDispatchPolicy : IDispatchPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "llumnix";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DispatchPlan Choose(DispatchInputs inputs)
    {
        InstanceLoad? best = null;
        double bestFreeness = 0;
        for (int i = 0; i < inputs.Instances.Count; i++)
        {
            InstanceLoad load = inputs.Instances[i];
            if (!inputs.Allows(i))
            {
                continue;
            }

            int demand = DispatchPolicies.BlocksToBegin(inputs.Question.PromptTokens, load.BlockSizeTokens, load.ContextLength);
            double freeness = Freeness.ForDispatch(load, inputs.Settings.HighTargetTokens, inputs.Question.IsHigh, demand);
            if (best is null || freeness > bestFreeness || (freeness == bestFreeness && LoadOrder.Compare(load, best) < 0))
            {
                (best, bestFreeness) = (load, freeness);
            }
        }

        return new DispatchPlan(Name, best?.Id, bestFreeness);
    }
}
