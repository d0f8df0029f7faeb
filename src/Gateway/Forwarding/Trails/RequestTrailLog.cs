using Godwit.Contracts.Migration;
using Godwit.Gateway.Dispatch;

namespace Godwit.Gateway.Forwarding.Trails;

/// <summary>Keeps the trail of one request, and has it written after each change.</summary>
internal sealed class RequestTrailLog(string request, string model, TrailStore store, TimeProvider time)
{
    private readonly List<RequestMove> _moves = [];
    private readonly List<RequestRecovery> _recoveries = [];
    private readonly long _begun = time.GetTimestamp();
    private ChosenInstance? _current;
    private string? _dispatch;
    private long? _lastToken;
    private Change? _pending;

    /// <summary>The source has offered the request to another.</summary>
    public void Offered(MovedNotice notice) => _pending = new Change(notice.Reason, notice.Bytes, ReplayedTokens: null);

    /// <summary>The instance that had it has failed; <paramref name="tokens"/> are computed again elsewhere.</summary>
    public void Lost(string reason, int tokens) => _pending = new Change(reason, Bytes: 0, tokens);

    /// <summary>A frame of <paramref name="instance"/> was accepted.</summary>
    public void Heard(ChosenInstance instance, int epoch)
    {
        long now = time.GetTimestamp();
        if (_current is null || !_current.IsSameLife(instance) || _pending?.ReplayedTokens is not null)
        {
            Record(instance, epoch, time.GetElapsedTime(_lastToken ?? _begun, now).TotalMilliseconds);
            store.Write(new RequestTrail(request, model, instance.Id, epoch, _dispatch, [.. _moves], [.. _recoveries]));
        }

        _lastToken = now;
    }

    private void Record(ChosenInstance instance, int epoch, double gapMs)
    {
        if (_current is not null && _pending is { ReplayedTokens: { } replayed } lost)
        {
            _recoveries.Add(new RequestRecovery(_current.Id, instance.Id, lost.Reason, epoch, gapMs, replayed));
        }
        else if (_current is not null && _pending is { } offered)
        {
            _moves.Add(new RequestMove(_current.Id, instance.Id, offered.Reason, epoch, gapMs, offered.Bytes));
        }
        else
        {
            _dispatch = instance.Policy;
        }

        _pending = null;
        _current = instance;
    }

    private sealed record Change(string Reason, long Bytes, int? ReplayedTokens);
}
