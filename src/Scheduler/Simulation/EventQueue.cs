namespace Godwit.Scheduler.Simulation;

/// <summary>What happens next: by time, and in the order of scheduling at equal times, so that a run is the same every time.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private long _order;

    /// <summary>The time: that of the last event.</summary>
    public double Now { get; private set; }

    /// <summary>Schedules something.</summary>
    public void At(double milliseconds, Action what) => _events.Enqueue(what, (Math.Max(milliseconds, Now), _order++));

    /// <summary>Schedules something from now.</summary>
    public void After(double milliseconds, Action what) => At(Now + milliseconds, what);

    /// <summary>Lets the next thing happen; false: nothing is left.</summary>
    public bool Next()
    {
        if (!_events.TryDequeue(out Action? what, out (double At, long Order) when))
        {
            return false;
        }

        Now = when.At;
        what();
        return true;
    }
}
