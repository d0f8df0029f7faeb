using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Migration;

/// <summary>A round of pairing in the making: every instance is in at most one pair.</summary>
internal sealed class PairingRound(MigrationSettings settings)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Thresholds.</summary>
    public MigrationSettings Settings { get; } = settings;

    /// <summary>Moves to order.</summary>
    public List<MigrationPair> Pairs { get; } = [];

    /// <summary>Pairs that stand.</summary>
    public List<StandingPair> Standing { get; } = [];

    /// <summary>It is in a pair.</summary>
    public bool IsTaken(RatedLoad load) => _taken.Contains(load.Load.Id);

    /// <summary>It has too much, or shall stop.</summary>
    public bool IsSource(RatedLoad source, double hysteresis) =>
        source.Load.Running > 0
        && (!source.Load.IsReady
            || (Settings.Enabled && (source.Freeness < Settings.OutBelow + hysteresis || source.Load.PreemptedWaiting > 0)));

    /// <summary>A running request of one could go on at the other, and neither is in a pair.</summary>
    public bool MayMove(RatedLoad source, RatedLoad destination) =>
        source.Load.Id != destination.Load.Id
        && !IsTaken(source)
        && !IsTaken(destination)
        && !destination.Load.Suspect
        && source.Load.Model == destination.Load.Model
        && source.Load.Likeness == destination.Load.Likeness;

    /// <summary>Pairs the two if the thresholds are met; the pair stands.</summary>
    public bool TryPair(RatedLoad source, RatedLoad destination, double hysteresis)
    {
        InstanceLoad to = destination.Load;
        bool drain = !source.Load.IsReady;
        bool takes = to is { IsReady: true, PreemptedWaiting: 0 } && (drain || destination.Freeness > Settings.InAbove - hysteresis);
        int room = destination.FreeForOthers - to.HeadBlocks;
        if (!takes || room < 1 || !IsSource(source, hysteresis) || !MayMove(source, destination))
        {
            return false;
        }

        Standing.Add(new StandingPair(source.Load.Id, to.Id));
        Order(source, destination, drain ? MigrationPolicy.Drain : MigrationPolicy.Balance, drain ? int.MaxValue : Settings.PerOrder, room);
        return true;
    }

    /// <summary>Pairs the two for this round only.</summary>
    public void PairOnce(RatedLoad source, RatedLoad destination, int room) =>
        Order(source, destination, MigrationPolicy.Balance, Settings.PerOrder, room);

    private void Order(RatedLoad source, RatedLoad destination, string reason, int most, int room)
    {
        _taken.Add(source.Load.Id);
        _taken.Add(destination.Load.Id);

        // One move at a time at each instance: whoever is busy keeps its partner and gets no order.
        if (source.Load.Migrations == 0 && destination.Load.Migrations == 0)
        {
            Pairs.Add(new MigrationPair(
                source.Load.Id,
                destination.Load.Id,
                reason,
                source.Freeness,
                destination.Freeness,
                Math.Min(most, source.Load.Running),
                room));
        }
    }
}
