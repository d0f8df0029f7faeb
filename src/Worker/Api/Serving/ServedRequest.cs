using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// What is served of a Gateway's request: what the engine makes becomes frames in a log, and a stream sends what its Gateway lacks. It may
/// outlive the stream it came with. When it begins, is parked and ends is not decided here, but by <see cref="RequestSlot"/>. Safe from any
/// thread.
/// </summary>
internal sealed class ServedRequest
{
    private readonly Lock _lock = new();
    private readonly ServedLimits _limits;
    private readonly FrameMaker _frames;
    private Generation? _generation;
    private FrameStream? _stream;
    private byte[]? _moved;
    private bool _isPaused;
    private bool _isOver;
    private IReadOnlyList<int>? _known;
    private Action? _beyond;

    /// <param name="call">What it is.</param>
    /// <param name="acknowledged">Per choice what its Gateway has already; null: it begins here.</param>
    /// <param name="limits">What it may take.</param>
    public ServedRequest(ServedCall call, IReadOnlyList<int>? acknowledged, ServedLimits limits)
    {
        Call = call;
        _limits = limits;
        _frames = new FrameMaker(call.Prepared, acknowledged);
    }

    /// <summary>Raised once, when the engine makes nothing more of it, whether it is whole or failed.</summary>
    public event Action? Finished;

    /// <summary>What it is.</summary>
    public ServedCall Call { get; }

    /// <summary>Request id.</summary>
    public string Id => Call.Ticket.Request;

    /// <summary>The engine's side of it; null before it began here.</summary>
    public Generation? Generation => Volatile.Read(ref _generation);

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

    /// <summary>Gives it what the engine makes of it; it is disposed with this.</summary>
    public void Begin(Generation generation)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _generation = generation;
                _ = PumpAsync(generation);
                return;
            }
        }

        // It ended while it was being handed over.
        generation.Dispose();
    }

    /// <summary>
    /// Sends what its Gateway lacks, and what follows, until the answer or this worker's part in it is over. A stream that was attached
    /// before is broken.
    /// </summary>
    /// <returns>True: the answer was sent whole; false: the Gateway was sent elsewhere.</returns>
    /// <exception cref="OperationCanceledException">The Gateway is gone, or the stream was broken off.</exception>
    public async Task<bool> StreamAsync(HttpContext context, StreamStart start, CancellationToken aborted)
    {
        var stream = new FrameStream(context, start);
        Attach(stream);
        try
        {
            AnswerTransport.SetStreamHeaders(context.Response, InternalHeaders.FramesMediaType);
            await using CancellationTokenRegistration gone = aborted.Register(stream.Wake);
            var frames = new List<ReadOnlyMemory<byte>>();
            while (true)
            {
                StreamEnd? end = Collect(stream, frames);
                await stream.SendAsync(frames, aborted);
                if (end is not null)
                {
                    return end == StreamEnd.Answered;
                }

                await stream.WaitAsync();
            }
        }
        finally
        {
            Detach(stream);
        }
    }

    /// <summary>Drops what its Gateway has; a request that was paused for it may go on.</summary>
    public void Acknowledge(IReadOnlyList<int> next)
    {
        lock (_lock)
        {
            _frames.Forget(next);
            if (_isPaused && _frames.Bytes <= _limits.UnackedBytes / 2 && !_isOver)
            {
                _isPaused = false;
                _generation!.Continue();
            }
        }
    }

    /// <summary>Tells the Gateway, as the last frame of its stream, where it goes on; null: nowhere else any more.</summary>
    public void Offer(MovedNotice? notice)
    {
        lock (_lock)
        {
            _moved = notice is null ? null : FrameMaker.Moved(notice);
        }

        Wake();
    }

    /// <summary>Calls, once, when a choice has more tokens than these.</summary>
    public void NotifyBeyond(IReadOnlyList<int> known, Action notify)
    {
        lock (_lock)
        {
            (_known, _beyond) = (known, notify);
        }
    }

    /// <summary>Ends with an error frame.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (_isOver || _frames.IsComplete)
            {
                return;
            }

            _frames.Fail(_limits.Failures.Describe(failure, Id));
        }

        Finished?.Invoke();
        Wake();
    }

    /// <summary>Ends it: the engine gives up what it holds, and its stream, if there is one, breaks.</summary>
    public void End()
    {
        FrameStream? stream;
        Generation? generation;
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            (stream, generation) = (_stream, _generation);
            _frames.Dispose();
        }

        generation?.Dispose();
        stream?.Break();
    }

    private void Attach(FrameStream stream)
    {
        FrameStream? former;
        lock (_lock)
        {
            (former, _stream) = (_stream, stream);
        }

        former?.Break();
    }

    private void Detach(FrameStream stream)
    {
        lock (_lock)
        {
            _stream = _stream == stream ? null : _stream;
        }
    }

    private StreamEnd? Collect(FrameStream stream, List<ReadOnlyMemory<byte>> frames)
    {
        lock (_lock)
        {
            if (_isOver || _stream != stream)
            {
                throw new ConnectionAbortedException();
            }

            stream.Cursor = _frames.Read(stream.Cursor, stream.Start, frames);
            if (_moved is { } moved)
            {
                frames.Add(moved);
                return StreamEnd.Moved;
            }

            return _frames.IsComplete ? StreamEnd.Answered : null;
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

            Finished?.Invoke();
        }
#pragma warning disable CA1031 // Whatever goes wrong with a request, its Gateway must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
        }
    }

    // False when nothing more is to come.
    private bool Take(Generation generation)
    {
        lock (_lock)
        {
            while (!_isOver && generation.Outputs.TryRead(out SequenceOutput output))
            {
                _frames.Add(output);
                if (_known is { } known && output.FirstIndex + output.TokenIds.Count > known[output.Choice])
                {
                    _known = null;
                    _beyond!();
                }
            }

            if (_isOver || _frames.IsComplete)
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

    private void Wake()
    {
        FrameStream? stream;
        lock (_lock)
        {
            stream = _stream;
        }

        stream?.Wake();
    }

    private enum StreamEnd
    {
        Answered,
        Moved,
    }
}
