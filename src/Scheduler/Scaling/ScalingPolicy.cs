using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Scaling;

/// <summary>
/// Keeps the average freeness in its range (scheduler.md §1.9): too low for a while adds as many empty instances as bring it back, too
/// high for a while drains the one with the fewest requests, and a need to grow first calls back what drains. Pure.
/// </summary>
internal static class ScalingPolicy
{
    /// <summary>Plans.</summary>
    public static ScalingPlan Plan(ScalingInputs inputs)
    {
        ScalingSettings settings = inputs.Settings;
        InstanceLoad[] ready = [.. inputs.Instances.Where(load => load.IsReady)];
        int count = ready.Length + inputs.Starting;
        double average = Freeness.OfAll(inputs.Instances, inputs.Starting);

        bool below = average < settings.Low || count < settings.Least;
        long? belowSince = below ? inputs.State.BelowSinceMs ?? inputs.NowMs : null;
        if (below && (count < settings.Least || inputs.NowMs - belowSince >= settings.BelowForMs))
        {
            return Grow(inputs, count, average, new ScalingState(belowSince));
        }

        // One at a time: the next only when the last is gone.
        InstanceLoad? victim = inputs.Starting > 0 || ready.Length != inputs.Instances.Count(load => load.State != InstanceState.Empty)
            ? null
            : ready.MinBy(load => (load.Sequences, load.BlocksPromised, load.Id), VictimOrder.Instance);
        bool above = victim is not null && count > settings.Least && Freeness.OfAll(inputs.Instances, without: victim.Id) > settings.High;
        long? aboveSince = above ? inputs.State.AboveSinceMs ?? inputs.NowMs : null;
        bool drain = above && inputs.NowMs - aboveSince >= settings.AboveForMs;
        return new ScalingPlan(average, 0, [], drain ? victim!.Id : null, new ScalingState(belowSince, drain ? null : aboveSince));
    }

    private static ScalingPlan Grow(ScalingInputs inputs, int count, double average, ScalingState state)
    {
        string[] draining = [.. inputs.Instances
            .Where(load => load.State == InstanceState.Draining)
            .OrderBy(load => load.Id, StringComparer.Ordinal)
            .Select(load => load.Id)];
        int most = Math.Max(0, inputs.Settings.Most - count);
        int needed = 0;
        while (needed < most
            && (count + needed < inputs.Settings.Least || Freeness.OfAll(inputs.Instances, inputs.Starting + needed) < inputs.Settings.Low))
        {
            needed++;
        }

        int back = Math.Min(needed, draining.Length);
        return new ScalingPlan(average, needed - back, draining[..back], Drain: null, state);
    }

    private sealed class VictimOrder : IComparer<(int Sequences, long Blocks, string Id)>
    {
        public static VictimOrder Instance { get; } = new();

        public int Compare((int Sequences, long Blocks, string Id) a, (int Sequences, long Blocks, string Id) b)
        {
            int order = a.Sequences != b.Sequences ? a.Sequences.CompareTo(b.Sequences) : a.Blocks.CompareTo(b.Blocks);
            return order != 0 ? order : -string.CompareOrdinal(a.Id, b.Id);
        }
    }
}
