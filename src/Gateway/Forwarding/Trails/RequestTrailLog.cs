using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Forwarding.Trails;

/// <summary>Keeps the trail of one request, and has it written after each change.</summary>
/// <param name="publicId">Id of the request as its client knows it.</param>
/// <param name="request">Its id inside the cluster.</param>
/// <param name="model">Its model.</param>
/// <param name="store">Where it is written.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTrailLog(string publicId, string request, string model, TrailStore store, TimeProvider time)
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
    private int _written;

    /// <summary>How an instance was chosen by this Gateway, null when it was not.</summary>
    public string? OwnPolicy { get; set; }

    /// <summary>The source has offered the request to another.</summary>
    public void Offered(MovedNotice notice) => _notice = notice;

    /// <summary>The instance that had it has failed.</summary>
    public void Lost(string reason) => _lost = reason;

    /// <summary>The request is given to an instance.</summary>
    /// <param name="open">To whom, and by which call.</param>
    /// <param name="tokens">Tokens that are computed again.</param>
    public void Opened(OwnerAction.Open open, int tokens)
    {
        (_opened, _replayed, _isNew) = (open.Kind, tokens, true);
        if (_current is null)
        {
            _dispatch = OwnPolicy;
            Write(open.Instance, open.Epoch);
        }
    }

    /// <summary>A frame of that instance was accepted.</summary>
    public void Heard(MigrationPeer instance, int epoch)
    {
        long now = time.GetTimestamp();
        if (_isNew)
        {
            _isNew = false;
            Record(instance, epoch, time.GetElapsedTime(_lastFrame, now).TotalMilliseconds);
            Write(instance, epoch);
        }

        _lastFrame = now;
    }

    private void Record(MigrationPeer instance, int epoch, double gapMs)
    {
        if (_current is not null && _opened == AttemptKind.Resume && _notice is { } notice)
        {
            _moves.Add(new RequestMove(_current.Id, instance.Id, notice.Reason, epoch, gapMs, notice.Bytes));
        }
        else if (_current is not null && _opened is (AttemptKind.Start or AttemptKind.Replay))
        {
            _recoveries.Add(new RequestRecovery(_current.Id, instance.Id, _lost, epoch, gapMs, _replayed));
        }

        _current = instance;
    }

    private void Write(MigrationPeer instance, int epoch)
    {
        if (epoch != _written)
        {
            _written = epoch;
            store.Write(publicId, new RequestTrail(request, model, instance.Id, epoch, _dispatch, [.. _moves], [.. _recoveries]));
        }
    }
}
