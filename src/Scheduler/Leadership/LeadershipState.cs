using Godwit.Contracts.Scheduling;

namespace Godwit.Scheduler.Leadership;

/// <summary>Whether this Scheduler leads right now, and who does otherwise. Written by <see cref="LeadershipLoop"/>, read by anybody.</summary>
internal sealed class LeadershipState(TimeProvider time)
{
    // The lease lives 2 s from when Redis carried the renewal out, which was after it was sent: half a second of margin for what is on its
    // way when the holder stops itself.
    private static readonly TimeSpan StopAfter = TimeSpan.FromSeconds(1.5);

    private volatile Term? _term;
    private volatile SchedulerLease? _leader;

    /// <summary>The epoch to give orders under; null when this Scheduler does not lead (any more).</summary>
    public long? Epoch => _term is { } term && time.GetTimestamp() < term.Until ? term.Epoch : null;

    /// <summary>Who was last seen to lead, this Scheduler included; null when nobody was, or the lease ran out.</summary>
    public SchedulerLease? Leader => _leader;

    /// <summary>This Scheduler holds the lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="sentAt">Timestamp before which the renewal was not sent.</param>
    public void Hold(SchedulerLease lease, long sentAt)
    {
        _term = new Term(lease.Epoch, sentAt + (long)(StopAfter.TotalSeconds * time.TimestampFrequency));
        _leader = lease;
    }

    /// <summary>This Scheduler does not hold the lease; <paramref name="leader"/> does, or nobody.</summary>
    public void Resign(SchedulerLease? leader)
    {
        _term = null;
        _leader = leader;
    }

    private sealed record Term(long Epoch, long Until);
}
