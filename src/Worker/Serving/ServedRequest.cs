using Godwit.Contracts.Migration;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Serving;

/// <summary>
/// A request of a Gateway, as long as this worker has to do with it. What the engine makes becomes frames in a log, and a stream sends
/// what its Gateway lacks: the request may outlive the stream it came with when it is moved. Safe from any thread.
/// </summary>
internal sealed class ServedRequest
{
    private readonly Lock _lock = new();
    private readonly ServedLimits _limits;
    private readonly FrameMaker _frames;
    private Generation? _generation;
    private Action? _discard;
    private FrameStream? _stream;
    private byte[]? _movedFrame;
    private bool _isPaused;
    private long _lastSign;

    /// <param name="call">What it is.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="acknowledged">Per choice what its Gateway has already; null: it begins here.</param>
    /// <param name="state">How it begins.</param>
    /// <param name="limits">What it may take.</param>
    public ServedRequest(ServedCall call, int epoch, IReadOnlyList<int>? acknowledged, ServedState state, ServedLimits limits)
    {
        Call = call;
        Epoch = epoch;
        State = state;
        _limits = limits;
        _lastSign = limits.Time.GetTimestamp();
        _frames = new FrameMaker(call.Prepared, acknowledged);
    }

    /// <summary>Raised once, when it is over, on whatever thread ended it.</summary>
    public event Action<ServedRequest>? Ended;

    /// <summary>What it is.</summary>
    public ServedCall Call { get; }

    /// <summary>Request id.</summary>
    public string Id => Call.Ticket.Request;

    /// <summary>Its epoch here.</summary>
    public int Epoch { get; private set; }

    /// <summary>What this worker does with it.</summary>
    public ServedState State { get; private set; }

    /// <summary>The engine's side of it; null before it began here.</summary>
    public Generation? Generation => Volatile.Read(ref _generation);

    /// <summary>Whether its Gateway was told that it is parked.</summary>
    public bool IsOffered => Volatile.Read(ref _movedFrame) is not null;

    /// <summary>Gives it what the engine makes of it.</summary>
    /// <param name="generation">The engine's side.</param>
    /// <param name="discard">Gives up what the engine holds; null: disposes the generation.</param>
    public void Begin(Generation generation, Action? discard = null)
    {
        lock (_lock)
        {
            _discard = discard ?? generation.Dispose;
            _generation = generation;
            if (State != ServedState.Over)
            {
                _ = PumpAsync(generation);
                return;
            }
        }

        // It was cancelled while it was being handed over.
        generation.Dispose();
    }

    /// <summary>Sends what its Gateway lacks, and what follows, until the answer or this worker's part in it is over.</summary>
    /// <exception cref="ApiException">404: it is over.</exception>
    /// <exception cref="OperationCanceledException">The Gateway is gone, or the stream was broken off.</exception>
    public async Task StreamAsync(HttpContext context, StreamStart start, CancellationToken aborted)
    {
        var stream = new FrameStream(context, start);
        Attach(stream);
        bool isDone = false;
        try
        {
            AnswerTransport.SetStreamHeaders(context.Response, Contracts.Frames.InternalHeaders.FramesMediaType);
            await using CancellationTokenRegistration gone = aborted.Register(stream.Wake);
            var frames = new List<ReadOnlyMemory<byte>>();
            while (!isDone)
            {
                isDone = Collect(stream, frames);
                await stream.SendAsync(frames, aborted);
                if (!isDone)
                {
                    await stream.WaitAsync();
                }
            }
        }
        finally
        {
            Detach(stream, isDone);
        }
    }

    /// <summary>Takes note of what its Gateway has. An older epoch's acknowledgement says nothing.</summary>
    public void Acknowledge(int epoch, IReadOnlyList<int> next)
    {
        lock (_lock)
        {
            if (epoch < Epoch || State == ServedState.Over)
            {
                return;
            }

            _lastSign = _limits.Time.GetTimestamp();
            _frames.Forget(next);
            if (_isPaused && _frames.Bytes <= _limits.UnackedBytes / 2)
            {
                _isPaused = false;
                _generation!.Continue();
            }
        }
    }

    /// <summary>Whether its Gateway has been silent for too long.</summary>
    public bool IsSilent(long now)
    {
        lock (_lock)
        {
            return State != ServedState.Over && _limits.Time.GetElapsedTime(_lastSign, now) > _limits.AckTimeout;
        }
    }

    /// <summary>A sign of life that is no acknowledgement.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            _lastSign = _limits.Time.GetTimestamp();
        }
    }

    /// <summary>Per choice the token that its Gateway wants next, as far as is known.</summary>
    public IReadOnlyList<int> Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return [.. _frames.Acknowledged];
            }
        }
    }

    /// <summary>Goes from one state to another; false: it was in none of <paramref name="from"/>.</summary>
    /// <param name="from">The state it must be in.</param>
    /// <param name="to">The state it gets.</param>
    /// <param name="epoch">Its new epoch; null: as it was.</param>
    /// <param name="discard">How to give up what the engine holds from now on; null: as before.</param>
    public bool Change(ServedState from, ServedState to, int? epoch = null, Action? discard = null)
    {
        lock (_lock)
        {
            if (State != from)
            {
                return false;
            }

            State = to;
            Epoch = epoch ?? Epoch;
            _discard = discard ?? _discard;
            _movedFrame = null;
            _lastSign = _limits.Time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Tells the Gateway, as the last frame of its stream, where the parked request goes on; false: it cannot be told.</summary>
    public bool Offer(MovedNotice notice)
    {
        FrameStream? stream;
        lock (_lock)
        {
            if (State != ServedState.Parked || _stream is null)
            {
                return false;
            }

            _movedFrame = FrameMaker.Moved(notice);
            _lastSign = _limits.Time.GetTimestamp();
            stream = _stream;
        }

        stream.Wake();
        return true;
    }

    /// <summary>Ends it here: what the engine holds is given up, and its stream, if there is one, breaks.</summary>
    public void End()
    {
        FrameStream? stream;
        Action? discard;
        lock (_lock)
        {
            if (State == ServedState.Over)
            {
                return;
            }

            State = ServedState.Over;
            (stream, _stream) = (_stream, null);
            discard = _discard;
            _frames.Dispose();
        }

        discard?.Invoke();
        stream?.Break();
        Ended?.Invoke(this);
    }

    private void Attach(FrameStream stream)
    {
        FrameStream? former;
        lock (_lock)
        {
            if (State == ServedState.Over)
            {
                throw ServedRequests.NotFound(Id);
            }

            (former, _stream) = (_stream, stream);
        }

        former?.Break();
    }

    private void Detach(FrameStream stream, bool isDone)
    {
        lock (_lock)
        {
            // A parked request waits for its Gateway's word, and another stream may have taken this one's place.
            if (_stream != stream || (State == ServedState.Parked && _movedFrame is not null))
            {
                _stream = _stream == stream ? null : _stream;
                return;
            }

            _stream = isDone ? null : stream;
        }

        End();
    }

    // True when nothing comes after what was collected.
    private bool Collect(FrameStream stream, List<ReadOnlyMemory<byte>> frames)
    {
        lock (_lock)
        {
            if (State == ServedState.Over || _stream != stream)
            {
                throw new ConnectionAbortedException();
            }

            stream.Cursor = _frames.Read(stream.Cursor, stream.Start, frames);
            if (_movedFrame is { } moved)
            {
                frames.Add(moved);
                return true;
            }

            return _frames.IsComplete;
        }
    }

    private async Task PumpAsync(Generation generation)
    {
        try
        {
            bool goesOn = true;
            while (goesOn && await generation.Outputs.WaitToReadAsync())
            {
                goesOn = Take(generation);
                Wake();
            }

            if (goesOn)
            {
                throw new EngineFaultedException("The engine ended a request before all its choices were finished.");
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong with a request, its Gateway must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
        }
    }

    // False when the answer is complete.
    private bool Take(Generation generation)
    {
        lock (_lock)
        {
            while (State != ServedState.Over && generation.Outputs.TryRead(out SequenceOutput output))
            {
                _frames.Add(output);
            }

            if (State == ServedState.Over)
            {
                return false;
            }

            if (_frames.IsFinished)
            {
                _frames.Complete(generation.CachedTokens);
                return false;
            }

            if (!_isPaused && _frames.Bytes > _limits.UnackedBytes)
            {
                _isPaused = true;
                generation.Pause();
            }

            return true;
        }
    }

    private void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (State == ServedState.Over)
            {
                return;
            }

            _frames.Fail(_limits.Failures.Describe(failure, Id));
        }

        Wake();
    }

    private void Wake()
    {
        FrameStream? stream;
        lock (_lock)
        {
            stream = _stream;
        }

        stream?.Wake();
    }
}
