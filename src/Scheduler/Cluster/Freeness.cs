namespace Godwit.Scheduler.Cluster;

/// <summary>
/// Llumnix' load metric: blocks that are left after the virtual usage of everything there, per request that runs. Times the block size
/// these are decode steps until the instance is full. Infinite when idle, negative when more is asked for than there is.
/// </summary>
/// <remarks>
/// Virtual usage (scheduler.md §1.2): R1 what runs uses what it holds; R2 the head of the line uses all that it needs to begin, the rest
/// of the line nothing; R3 a high execution priority adds the headroom, once per instance; R4 draining uses everything, without end.
/// </remarks>
internal static class Freeness
{
    /// <summary>Of a draining instance: nothing is sent there and everything is worth moving away.</summary>
    public const double Draining = double.NegativeInfinity;

    /// <summary>
    /// Blocks that high execution priority reserves (R3): capacity less the load at which decoding still runs at nearly its best speed.
    /// </summary>
    /// <param name="load">The instance.</param>
    /// <param name="highTargetTokens">That load, in tokens; 0: no headroom.</param>
    public static int Headroom(InstanceLoad load, int highTargetTokens) =>
        highTargetTokens == 0 ? 0 : Math.Max(0, load.BlocksTotal - (highTargetTokens / Math.Max(1, load.BlockSizeTokens)));

    /// <summary>For migration and drain: R1 to R4. One request of the line is made room for at a time.</summary>
    public static double ForMigration(InstanceLoad load, int highTargetTokens)
    {
        if (!load.IsReady)
        {
            return Draining;
        }

        long left = (long)load.BlocksAvailable - load.HeadBlocks - (load.HighRunning > 0 ? Headroom(load, highTargetTokens) : 0);
        return Ratio(left, load.Running + (load.Waiting > 0 ? 1 : 0));
    }

    /// <summary>
    /// For dispatch: what it would be with the request there. The whole line counts, and what is on its way. Work of high priority gathers
    /// on instances that have some of its kind, up to the load that leaves these fast; ordinary work keeps away from them.
    /// </summary>
    /// <param name="load">The instance.</param>
    /// <param name="highTargetTokens">Load at which decoding still runs at nearly its best speed, in tokens; 0: no headroom.</param>
    /// <param name="high">The request is of high execution priority.</param>
    /// <param name="demand">KV blocks that it needs to begin.</param>
    public static double ForDispatch(InstanceLoad load, int highTargetTokens, bool high, int demand)
    {
        if (!load.IsReady)
        {
            return Draining;
        }

        int headroom = Headroom(load, highTargetTokens);
        int reserve = (load.HighRunning + load.SentHigh > 0, high) switch
        {
            (true, false) => headroom,
            (true, true) when load.BlocksPromised + demand <= load.BlocksTotal - headroom => -headroom,
            _ => 0,
        };
        return Ratio(Left(load) - demand - reserve, load.Sequences + 1);
    }

    /// <summary>Of many together, for scaling: an ordinary request's view of all blocks and requests. Draining ones add load only.</summary>
    /// <param name="loads">The instances.</param>
    /// <param name="empty">Instances on their way that have nothing to do yet, each as large as the mean of <paramref name="loads"/>.</param>
    /// <param name="without">One to leave out, whose load the others would take over.</param>
    public static double OfAll(IReadOnlyList<InstanceLoad> loads, int empty = 0, string? without = null)
    {
        long left = 0, sequences = 0, capacity = 0;
        foreach (InstanceLoad load in loads)
        {
            int own = load.BlocksTotal - load.WatermarkBlocks;
            left += Left(load) - (load.IsReady && load.Id != without ? 0 : own);
            sequences += load.Sequences;
            capacity += own;
        }

        left += loads.Count == 0 ? 0 : empty * capacity / loads.Count;
        return Ratio(left, sequences);
    }

    private static long Left(InstanceLoad load) => (long)load.BlocksAvailable - load.BlocksWaiting - load.SentBlocks;

    private static double Ratio(long blocks, long requests) => requests == 0 ? double.PositiveInfinity : (double)blocks / requests;
}
