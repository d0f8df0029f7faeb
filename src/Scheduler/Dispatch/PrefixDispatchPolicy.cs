using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// The instance where the request costs least: the share of its blocks that is promised, and what must be computed there of the prompt, in
/// the same unit. What is cached counts only at instances hardly fuller than the emptiest, where nobody waits, so that affinity never
/// piles onto a hot one.
/// </summary>
internal sealed class PrefixDispatchPolicy : IDispatchPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "prefix";

    // To compute a token keeps all others waiting for about twice as long as its keys and values slow them while they are held.
    private const double ComputeWeight = 2;

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DispatchPlan Choose(DispatchInputs inputs)
    {
        double emptiest = double.PositiveInfinity;
        for (int i = 0; i < inputs.Instances.Count; i++)
        {
            emptiest = inputs.Allows(i) ? Math.Min(emptiest, LoadOrder.Share(inputs.Instances[i])) : emptiest;
        }

        InstanceLoad? best = null;
        double bestCost = 0;
        for (int i = 0; i < inputs.Instances.Count; i++)
        {
            InstanceLoad load = inputs.Instances[i];
            if (!inputs.Allows(i))
            {
                continue;
            }

            double cost = Cost(inputs, i, emptiest);
            if (best is null || cost < bestCost || (cost == bestCost && LoadOrder.Compare(load, best) < 0))
            {
                (best, bestCost) = (load, cost);
            }
        }

        return new DispatchPlan(Name, best?.Id, bestCost);
    }

    private static double Cost(DispatchInputs inputs, int index, double emptiest)
    {
        InstanceLoad load = inputs.Instances[index];
        double share = LoadOrder.Share(load);
        bool hot = share > emptiest + inputs.Settings.AffinitySlack || load.Waiting > 0;
        int prompt = inputs.Question.PromptTokens;
        int cached = inputs.PrefixTokens is null || hot ? 0 : Math.Min(inputs.PrefixTokens[index], prompt);
        return share + (ComputeWeight * (prompt - cached) / Math.Max(1, (double)load.BlocksTotal * load.BlockSizeTokens));
    }
}
