using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Migration;

/// <summary>
/// Which instances move requests to which, in three passes. Pure. Which request moves, and whether it pays, is the source's choice.
/// </summary>
/// <remarks>
/// First the pairs that stand, then, as in Llumnix (scheduler.md §1.4), those short of blocks or with preempted requests, lowest freeness
/// first, to the freest. When the whole cluster is nearly full there are sources only, each with a head of the line that does not fit:
/// then, cluster-wide as on one instance, one head at a time is made room for. What is left free at those whose own head is furthest from
/// fitting goes to the one that is closest.
/// </remarks>
internal static class MigrationPolicy
{
    /// <summary>Reason of a move that evens out load.</summary>
    public const string Balance = "balance";

    /// <summary>Reason of a move away from an instance that shall stop.</summary>
    public const string Drain = "drain";

    /// <summary>Plans one round.</summary>
    public static MigrationPlan Plan(MigrationInputs inputs)
    {
        RatedLoad[] rated =
            [.. inputs.Instances.Select(load => new RatedLoad(load, Freeness.ForMigration(load, inputs.Settings.HighTargetTokens)))];
        Array.Sort(rated, static (a, b) =>
            a.Freeness != b.Freeness ? a.Freeness.CompareTo(b.Freeness) : string.CompareOrdinal(a.Load.Id, b.Load.Id));
        PairingRound round = new(inputs.Settings);
        KeepStanding(round, rated, inputs.Standing);
        FromShortToFree(round, rated);
        if (inputs.Settings.Enabled)
        {
            Defragment(round, rated);
        }

        return new MigrationPlan(round.Pairs, round.Standing);
    }

    // They come first, or two sources in turn would take each other's destination.
    private static void KeepStanding(PairingRound round, RatedLoad[] rated, IReadOnlyList<StandingPair> standing)
    {
        foreach (StandingPair pair in standing)
        {
            if (Find(rated, pair.Source) is { } source && Find(rated, pair.Destination) is { } destination)
            {
                round.TryPair(source, destination, round.Settings.Hysteresis);
            }
        }
    }

    private static void FromShortToFree(PairingRound round, RatedLoad[] rated)
    {
        int last = rated.Length - 1;
        foreach (RatedLoad source in rated)
        {
            if (!round.IsSource(source, hysteresis: 0))
            {
                continue;
            }

            // The freest that is left. One that does not fit this source (another model) stays for the next.
            for (int i = last; i >= 0 && !round.TryPair(source, rated[i], hysteresis: 0); i--)
            {
                // On to the next freest.
            }

            while (last >= 0 && round.IsTaken(rated[last]))
            {
                last--;
            }
        }
    }

    private static void Defragment(PairingRound round, RatedLoad[] rated)
    {
        List<RatedLoad> blocked = [.. rated
            .Where(load => load.IsBlocked && !round.IsTaken(load))
            .OrderBy(load => load.Shortage)
            .ThenBy(load => load.Load.Id, StringComparer.Ordinal)];
        for (int i = 0; i < blocked.Count; i++)
        {
            RatedLoad? roomiest = null;
            for (int j = i + 1; j < blocked.Count; j++)
            {
                if (round.MayMove(blocked[i], blocked[j]) && blocked[j].FreeForOthers > (roomiest?.FreeForOthers ?? 0))
                {
                    roomiest = blocked[j];
                }
            }

            if (roomiest is not null)
            {
                round.PairOnce(blocked[i], roomiest, roomiest.FreeForOthers);
            }
        }
    }

    private static RatedLoad? Find(RatedLoad[] rated, string id) => Array.Find(rated, load => load.Load.Id == id);
}
