using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Migration;

/// <summary>
/// Which instances move requests to which (scheduler.md §1.4): those short of blocks, or with preempted requests, lowest freeness first,
/// to those with the most. Pure. Which request moves is the source's choice.
/// </summary>
internal static class MigrationPolicy
{
    /// <summary>Reason of a move that evens out load.</summary>
    public const string Balance = "balance";

    /// <summary>Reason of a move away from an instance that shall stop.</summary>
    public const string Drain = "drain";

    /// <summary>Plans one round.</summary>
    public static MigrationPlan Plan(MigrationInputs inputs)
    {
        Rated[] rated = [.. inputs.Instances.Select(load => new Rated(load, Freeness.ForMigration(load, inputs.Settings.HighTargetTokens)))];
        Array.Sort(rated, static (a, b) =>
            a.Freeness != b.Freeness ? a.Freeness.CompareTo(b.Freeness) : string.CompareOrdinal(a.Load.Id, b.Load.Id));
        Dictionary<string, string> partnerOf = inputs.Standing
            .GroupBy(pair => pair.Source, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Destination, StringComparer.Ordinal);

        List<MigrationPair> pairs = [];
        List<StandingPair> standing = [];
        HashSet<string> taken = new(StringComparer.Ordinal);

        // Pairs that stand come first, or two sources in turn would take each other's destination.
        foreach (Rated source in rated)
        {
            if (partnerOf.TryGetValue(source.Load.Id, out string? partner)
                && rated.FirstOrDefault(other => other.Load.Id == partner) is { Load: not null } destination
                && !taken.Contains(partner))
            {
                Pair(source, destination, inputs.Settings, inputs.Settings.Hysteresis, pairs, standing, taken);
            }
        }

        int next = rated.Length - 1;
        foreach (Rated source in rated)
        {
            if (taken.Contains(source.Load.Id) || !IsSource(source, inputs.Settings, 0))
            {
                continue;
            }

            // The freest that is left. One that does not fit this source (another model) stays for the next.
            for (int i = next; i >= 0; i--)
            {
                if (Pair(source, rated[i], inputs.Settings, 0, pairs, standing, taken))
                {
                    break;
                }
            }

            while (next >= 0 && taken.Contains(rated[next].Load.Id))
            {
                next--;
            }
        }

        return new MigrationPlan(pairs, standing);
    }

    private static bool Pair(
        Rated source,
        Rated destination,
        MigrationSettings settings,
        double hysteresis,
        List<MigrationPair> pairs,
        List<StandingPair> standing,
        HashSet<string> taken)
    {
        bool drain = !source.Load.IsReady;
        if (source.Load.Id == destination.Load.Id
            || taken.Contains(source.Load.Id)
            || taken.Contains(destination.Load.Id)
            || source.Load.Model != destination.Load.Model
            || source.Load.Likeness != destination.Load.Likeness
            || !IsSource(source, settings, hysteresis)
            || !IsDestination(destination, settings, hysteresis, drain))
        {
            return false;
        }

        int most = Room(destination.Load, drain ? 0 : settings.InAbove - hysteresis);
        if (most < 1)
        {
            return false;
        }

        taken.Add(source.Load.Id);
        taken.Add(destination.Load.Id);
        standing.Add(new StandingPair(source.Load.Id, destination.Load.Id));
        if (source.Load.Migrations == 0 && destination.Load.Migrations == 0)
        {
            pairs.Add(new MigrationPair(
                source.Load.Id, destination.Load.Id, drain ? Drain : Balance, source.Freeness, destination.Freeness, most));
        }

        return true;
    }

    private static bool IsSource(Rated source, MigrationSettings settings, double hysteresis) =>
        source.Load.Running > 0
        && (source.Load.IsReady
            ? settings.Enabled && (source.Freeness < settings.OutBelow + hysteresis || source.Load.PreemptedWaiting > 0)
            : true);

    private static bool IsDestination(Rated destination, MigrationSettings settings, double hysteresis, bool drain) =>
        destination.Load is { IsReady: true, Suspect: false, PreemptedWaiting: 0 }
        && (drain || destination.Freeness > settings.InAbove - hysteresis);

    // Blocks that may arrive with one more request before freeness falls to the limit; what was sent there and is not seen yet counts.
    private static int Room(InstanceLoad load, double limit)
    {
        long left = (long)load.BlocksAvailable - load.HeadBlocks - load.SentBlocks;
        double most = left - (limit * (load.Running + load.SentRequests + (load.Waiting > 0 ? 1 : 0) + 1));
        return (int)Math.Clamp(most, 0, int.MaxValue);
    }

    private readonly record struct Rated(InstanceLoad Load, double Freeness);
}
