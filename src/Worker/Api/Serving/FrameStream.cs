using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Serving;

/// <summary>One response that carries a request's frames to its Gateway.</summary>
/// <param name="context">The call.</param>
/// <param name="start">Where it begins.</param>
internal sealed class FrameStream(HttpContext context, StreamStart start)
{
    private readonly StreamSignal _signal = new();
    private readonly PipeWriter _output = context.Response.BodyWriter;
    private volatile bool _isBroken;

    /// <summary>Where it begins.</summary>
    public StreamStart Start { get; } = start;

    /// <summary>The log's next entry that it has not sent.</summary>
    public long Cursor { get; set; }

    /// <summary>There is something to send. Not to be called under a lock.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Ends it visibly unfinished. Not to be called under a lock.</summary>
    public void Break()
    {
        _isBroken = true;
        context.Abort();
        _signal.Set();
    }

    /// <summary>Waits until there is something to send.</summary>
    public ValueTask WaitAsync() => _signal.WaitAsync();

    /// <summary>Sends frames.</summary>
    /// <exception cref="OperationCanceledException">The Gateway is gone, or another stream took this one's place.</exception>
    public async ValueTask SendAsync(List<ReadOnlyMemory<byte>> frames, CancellationToken aborted)
    {
        if (_isBroken || aborted.IsCancellationRequested)
        {
            throw new ConnectionAbortedException();
        }

        foreach (ReadOnlyMemory<byte> frame in frames)
        {
            _output.Write(frame.Span);
        }

        frames.Clear();
        FlushResult flush = await _output.FlushAsync(aborted);
        if (flush.IsCompleted || flush.IsCanceled)
        {
            throw new ConnectionAbortedException();
        }
    }
}
