using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Refuses calls that carry a lower epoch than one already seen for the same request (DESIGN §5.2): a late call of a former owner must
/// not start anything. Remembers each request for <see cref="Memory"/> after its last call, and at most <see cref="Capacity"/> of them.
/// </summary>
internal sealed class EpochGuard(TimeProvider time)
{
    /// <summary>How long a request is remembered after its last call.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    /// <summary>Most requests remembered; beyond it the one called longest ago is forgotten first.</summary>
    public const int Capacity = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Every call in order; an entry is void when its request has been called again since.</summary>
    private readonly Queue<(string Request, long Seen)> _calls = new();

    /// <summary>Requests remembered now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Records a call.</summary>
    /// <exception cref="ApiException">409: its epoch is lower than one already seen.</exception>
    public void Admit(AdmissionTicket ticket)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            Forget(now);
            int highest = _entries.TryGetValue(ticket.Request, out Entry entry) ? entry.Epoch : 0;
            if (ticket.Epoch < highest)
            {
                throw new ApiException(ApiError.Invalid(
                    $"Request {ticket.Request} came with epoch {ticket.Epoch}, but this worker has seen epoch {highest} of it.",
                    null,
                    ApiErrorCodes.StaleEpoch,
                    409));
            }

            _entries[ticket.Request] = new Entry(ticket.Epoch, now);
            _calls.Enqueue((ticket.Request, now));
        }
    }

    private void Forget(long now)
    {
        while (_calls.TryPeek(out (string Request, long Seen) oldest)
            && (_calls.Count >= Capacity || time.GetElapsedTime(oldest.Seen, now) > Memory))
        {
            _calls.Dequeue();
            if (_entries.TryGetValue(oldest.Request, out Entry entry) && entry.Seen == oldest.Seen)
            {
                _entries.Remove(oldest.Request);
            }
        }
    }

    private readonly record struct Entry(int Epoch, long Seen);
}
