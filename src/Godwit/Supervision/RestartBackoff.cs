namespace Godwit.CommandLine.Supervision;

/// <summary>
/// How long to wait before a crashed process is started again: 100 ms, doubling to 5 s; a life of 30 s counts as recovered and starts over.
/// </summary>
internal sealed class RestartBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan RecoveredAfter = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>The wait after a process that lived for <paramref name="life"/>.</summary>
    public TimeSpan Next(TimeSpan life)
    {
        if (life >= RecoveredAfter)
            _next = First;
        TimeSpan delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return delay;
    }
}
