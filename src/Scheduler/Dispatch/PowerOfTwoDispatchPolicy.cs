using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>Of two instances drawn at random the less loaded one: fewer sequences, then fewer blocks promised.</summary>
internal sealed class PowerOfTwoDispatchPolicy : IDispatchPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "power-of-two";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DispatchPlan Choose(DispatchInputs inputs)
    {
        List<string> allowed = AllowedInstances.Of(inputs);
        if (allowed.Count <= 1)
        {
            return new DispatchPlan(Name, allowed.FirstOrDefault(), 0);
        }

        // 32 bits each: the bias of a remainder is below one in ten million for any cluster there is.
        int first = (int)((uint)inputs.Draw % (uint)allowed.Count);
        int second = (int)((uint)(inputs.Draw >> 32) % (uint)(allowed.Count - 1));
        second += second >= first ? 1 : 0;
        (InstanceLoad a, InstanceLoad b) = (Load(inputs, allowed[first]), Load(inputs, allowed[second]));
        int order = a.Sequences.CompareTo(b.Sequences);
        InstanceLoad chosen = (order != 0 ? order : LoadOrder.Compare(a, b)) < 0 ? a : b;
        return new DispatchPlan(Name, chosen.Id, chosen.Sequences);
    }

    private static InstanceLoad Load(DispatchInputs inputs, string id) => inputs.Instances.First(load => load.Id == id);
}
