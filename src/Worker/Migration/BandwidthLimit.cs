using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>
/// A token bucket over the bytes that this worker sends: it holds a tenth of a second's. Whoever takes more than there is waits until it
/// would have been there. Safe from any thread.
/// </summary>
internal sealed class BandwidthLimit(IOptions<MigrationOptions> options, TimeProvider time)
{
    private const double BurstSeconds = 0.1;
    private readonly Lock _lock = new();
    private readonly double _bytesPerSecond = options.Value.BandwidthMbps * 1e6;

    /// <summary>Seconds on the clock at which the bucket would be full again.</summary>
    private double _full;

    /// <summary>Takes bytes, and says how long to wait before they are sent.</summary>
    public TimeSpan Take(long bytes)
    {
        if (_bytesPerSecond == 0)
        {
            return TimeSpan.Zero;
        }

        double now = (double)time.GetTimestamp() / time.TimestampFrequency;
        lock (_lock)
        {
            _full = Math.Max(_full, now) + (bytes / _bytesPerSecond);
            return TimeSpan.FromSeconds(Math.Max(0, _full - now - BurstSeconds));
        }
    }
}
