namespace Godwit.Scheduler.Decisions;

/// <summary>
/// How much of the log may be written, and how many of its lines kept, by their lengths. Pure state on timestamps given by the caller; not
/// thread-safe.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="frequency">Timestamps per second.</param>
/// <param name="now">The timestamp of now.</param>
internal sealed class LogBudget(DecisionOptions options, long frequency, long now)
{
    private const double Mb = 1024 * 1024;
    private const int FewestKept = 16;

    // Of the mean: 1/16 of it is the last line.
    private const double Weight = 1.0 / 16;

    private double _left = options.MaxMbPerSecond * Mb;
    private double _mean;
    private long _at = now;

    /// <summary>How many lines to keep: the capacity, or fewer where they are long.</summary>
    public int Keep => _mean == 0 ? options.Capacity : (int)Math.Clamp(options.MaxMb * Mb / _mean, FewestKept, options.Capacity);

    /// <summary>Whether a line may be written now.</summary>
    public bool Allows(long at)
    {
        double second = options.MaxMbPerSecond * Mb;
        _left = Math.Min(second, _left + (second * (at - _at) / frequency));
        _at = at;
        return _left > 0;
    }

    /// <summary>Counts a line. It may be longer than what was left: the next ones wait for it.</summary>
    public void Spend(int length)
    {
        _left -= length;
        _mean = _mean == 0 ? length : _mean + (Weight * (length - _mean));
    }
}
