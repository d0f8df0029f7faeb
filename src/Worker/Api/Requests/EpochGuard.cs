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
    /// <exception cref="ApiException">409: its epoch is lower than one already seen, or the request was cancelled.</exception>
    public void Admit(string request, int epoch)
    {
        if (!TryAdmit(request, epoch))
        {
            throw new ApiException(ApiError.Invalid(
                $"Request {request} came with epoch {epoch}, but this worker has seen a higher one of it, or its end.",
                null,
                ApiErrorCodes.StaleEpoch,
                409));
        }
    }

    /// <summary>Records a call, unless its epoch is lower than one already seen or the request was cancelled.</summary>
    public bool TryAdmit(string request, int epoch)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            Forget(now);
            Entry entry = _entries.GetValueOrDefault(request);
            if (entry.IsCancelled || epoch < entry.Epoch)
            {
                return false;
            }

            Remember(request, new Entry(epoch, false, now));
            return true;
        }
    }

    /// <summary>Refuses whatever comes for a request from now on, as long as it is remembered.</summary>
    public void Cancel(string request, int epoch)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            Forget(now);
            Remember(request, new Entry(Math.Max(epoch, _entries.GetValueOrDefault(request).Epoch), true, now));
        }
    }

    private void Remember(string request, Entry entry)
    {
        _entries[request] = entry;
        _calls.Enqueue((request, entry.Seen));
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

    private readonly record struct Entry(int Epoch, bool IsCancelled, long Seen);
}
