using Godwit.Scheduler.Cluster;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Migration;

/// <summary>
/// Orders that no heartbeat can show yet: both their instances count as busy until one could. Otherwise the loop, which looks more often than
/// instances report, would order the same move again and again. Pure state on timestamps given by the caller; not thread-safe.
/// </summary>
/// <param name="settleTicks">Ticks after which a heartbeat shows what was ordered.</param>
/// <param name="forgetTicks">Ticks after which an order is forgotten without any heartbeat.</param>
internal sealed class OrderLedger(long settleTicks, long forgetTicks)
{
    private readonly Dictionary<string, long> _orderedAt = new(StringComparer.Ordinal);

    /// <summary>Notes an order between two instances.</summary>
    public void Add(string source, string destination, long now)
    {
        _orderedAt[source] = now;
        _orderedAt[destination] = now;
    }

    /// <summary>The load with a move under way, if one was ordered that its figures cannot show.</summary>
    public InstanceLoad Apply(InstanceView view, InstanceLoad load, long now)
    {
        if (!_orderedAt.TryGetValue(view.Id, out long at))
        {
            return load;
        }

        if (view.ObservedAt - at >= settleTicks || now - at >= forgetTicks)
        {
            _orderedAt.Remove(view.Id);
            return load;
        }

        return load.Migrations > 0 ? load : load with { Migrations = 1 };
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _orderedAt.Clear();
}
