namespace Godwit.Worker.Api.Serving;

/// <summary>The highest epoch of a leading Scheduler that this worker has seen: a former leader's orders are refused.</summary>
internal sealed class LeaderEpochs
{
    private readonly Lock _lock = new();
    private long _highest;

    /// <summary>The highest one seen.</summary>
    public long Highest
    {
        get
        {
            lock (_lock)
            {
                return _highest;
            }
        }
    }

    /// <summary>Records an order's; false: it is lower than one already seen.</summary>
    public bool TryAdmit(long epoch)
    {
        lock (_lock)
        {
            if (epoch < _highest)
            {
                return false;
            }

            _highest = epoch;
            return true;
        }
    }
}
