using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// The order of instances by the share of their blocks that is promised, least first; a total order, so that ties are no accident.
/// </summary>
internal static class LoadOrder
{
    /// <summary>Less than 0 when <paramref name="a"/> is less loaded.</summary>
    public static int Compare(InstanceLoad a, InstanceLoad b)
    {
        // a.Promised / a.Total against b.Promised / b.Total without rounding.
        int order = ((Int128)a.BlocksPromised * Math.Max(1, b.BlocksTotal)).CompareTo((Int128)b.BlocksPromised * Math.Max(1, a.BlocksTotal));
        order = order != 0 ? order : a.Sequences.CompareTo(b.Sequences);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    }

    /// <summary>Share of its blocks that is promised.</summary>
    public static double Share(InstanceLoad load) => (double)load.BlocksPromised / Math.Max(1, load.BlocksTotal);
}
