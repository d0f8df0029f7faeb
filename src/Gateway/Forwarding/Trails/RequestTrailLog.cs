using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Forwarding.Trails;

/// <summary>Keeps the trail of one request, and has it written after each change.</summary>
/// <param name="request">Request id.</param>
/// <param name="model">Its model.</param>
/// <param name="store">Where it is written.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTrailLog(string request, string model, TrailStore store, TimeProvider time)
{
    private readonly List<RequestMove> _moves = [];
    private readonly List<RequestRecovery> _recoveries = [];
    private MigrationPeer? _current;
    private string? _dispatch;
    private long _lastFrame = time.GetTimestamp();
    private AttemptKind _opened;
    private MovedNotice? _notice;
    private string _lost = string.Empty;
    private int _replayed;
    private bool _isNew;

    /// <summary>How an instance was chosen by this Gateway, null when it was not.</summary>
    public string? OwnPolicy { get; set; }

    /// <summary>The source has offered the request to another.</summary>
    public void Offered(MovedNotice notice) => _notice = notice;

    /// <summary>The instance that had it has failed.</summary>
    public void Lost(string reason) => _lost = reason;

    /// <summary>The request is given to an instance.</summary>
    /// <param name="kind">By which call.</param>
    /// <param name="tokens">Tokens that it computes again.</param>
    public void Opened(AttemptKind kind, int tokens) => (_opened, _replayed, _isNew) = (kind, tokens, true);

    /// <summary>A frame of that instance was accepted.</summary>
    public void Heard(MigrationPeer instance, int epoch)
    {
        long now = time.GetTimestamp();
        if (_isNew)
        {
            _isNew = false;
            Record(instance, epoch, time.GetElapsedTime(_lastFrame, now).TotalMilliseconds);
            store.Write(new RequestTrail(request, model, instance.Id, epoch, _dispatch, [.. _moves], [.. _recoveries]));
        }

        _lastFrame = now;
    }

    private void Record(MigrationPeer instance, int epoch, double gapMs)
    {
        if (_current is null)
        {
            _dispatch = OwnPolicy;
        }
        else if (_opened == AttemptKind.Resume && _notice is { } notice)
        {
            _moves.Add(new RequestMove(_current.Id, instance.Id, notice.Reason, epoch, gapMs, notice.Bytes));
        }
        else if (_opened is AttemptKind.Start or AttemptKind.Replay)
        {
            _recoveries.Add(new RequestRecovery(_current.Id, instance.Id, _lost, epoch, gapMs, _replayed));
        }

        _current = instance;
    }
}
