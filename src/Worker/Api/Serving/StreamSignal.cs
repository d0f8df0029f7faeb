using System.Threading.Tasks.Sources;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// Wakes the one stream of a request. Whoever sets it carries the stream on, on its own thread: a token on its way to the client changes
/// threads no more than it must.
/// </summary>
internal sealed class StreamSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Completes when the signal is set, and resets it. One at a time may wait.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _isAwaited = true;
            _source.Reset();
            return new ValueTask(this, _source.Version);
        }
    }

    /// <summary>Sets the signal. Not to be called under a lock: the stream goes on within this call.</summary>
    public void Set()
    {
        lock (_lock)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }

            _isAwaited = false;
        }

        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
