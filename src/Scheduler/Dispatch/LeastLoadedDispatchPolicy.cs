using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// The instance with the least share of its blocks promised, queued demand included: what the Llumnix paper calls INFaaS++.
/// </summary>
internal sealed class LeastLoadedDispatchPolicy : IDispatchPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "least-loaded";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DispatchPlan Choose(DispatchInputs inputs)
    {
        InstanceLoad? best = null;
        for (int i = 0; i < inputs.Instances.Count; i++)
        {
            InstanceLoad load = inputs.Instances[i];
            if (inputs.Allows(i) && (best is null || LoadOrder.Compare(load, best) < 0))
            {
                best = load;
            }
        }

        return new DispatchPlan(Name, best?.Id, best is null ? 0 : LoadOrder.Share(best));
    }
}
