using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// The answer to one client. Nothing is sent before there is something to say, so that a failed worker can still be replaced unseen; after
/// that it ends whole or with an error frame and a broken connection, never as if it were whole. What a header said at the start and is
/// true no more is said by a comment.
/// </summary>
internal sealed class ClientAnswer(HttpContext context, string model, TimeProvider time) : IDisposable
{
    // Clients lose an error frame that a reset follows at once (measured with the official ones); they need 30–50 ms.
    private static readonly TimeSpan PauseBeforeAbort = TimeSpan.FromMilliseconds(50);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _lastWrite = time.GetTimestamp();
    private MigrationPeer? _said;
    private bool _saidInexact;
    private bool _ended;

    /// <summary>The client has got its first byte: no other status can be sent any more.</summary>
    public bool HasStarted => context.Response.HasStarted;

    /// <summary>The client has left.</summary>
    public CancellationToken Gone => context.RequestAborted;

    /// <summary>Some token that the client gets may not be the one an undisturbed worker would have given. It stays so.</summary>
    public bool IsInexact { get; set; }

    /// <summary>Sends bytes of the stream at once.</summary>
    public async Task WriteEventsAsync(ReadOnlyMemory<byte> events, MigrationPeer instance, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await WriteLockedAsync(events, instance, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a comment if nothing was sent for <paramref name="silence"/>; clients skip it, and know that we live.</summary>
    public async Task KeepAliveAsync(TimeSpan silence, MigrationPeer instance, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _lastWrite)) < silence || !await _writing.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return;
        }

        try
        {
            if (!_ended)
            {
                // By the instance that the client knows of: the next may never get to say a word.
                await WriteLockedAsync(": keep-alive\n\n"u8.ToArray(), _said ?? instance, cancellation);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends a stream whose last event was sent.</summary>
    public async Task EndAsync(MigrationPeer instance, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            _ended = true;
            if (!HasStarted)
            {
                SetStreamHeaders(instance);
            }

            await context.Response.CompleteAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Answers with a whole JSON body.</summary>
    public async Task WriteWholeAsync(ReadOnlyMemory<byte> json, MigrationPeer instance, CancellationToken cancellation)
    {
        SetHeaders(instance);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, cancellation);
        await context.Response.CompleteAsync();
    }

    /// <summary>Answers with an error; nothing has been sent yet.</summary>
    public Task RefuseAsync(int status, ReadOnlyMemory<byte> json) => ApiErrors.WriteAsync(context, status, json);

    /// <summary>Breaks off a begun stream: one error frame, a pause that lets it arrive, and a reset.</summary>
    public async Task BreakAsync(ReadOnlyMemory<byte> json)
    {
        await _writing.WaitAsync(Gone);
        try
        {
            _ended = true;
            byte[] frame = [.. "data: "u8, .. json.Span, .. "\n\n"u8];
            await context.Response.BodyWriter.WriteAsync(frame, Gone);
            await Task.Delay(PauseBeforeAbort, time, Gone);
        }
        finally
        {
            _writing.Release();
            context.Abort();
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task WriteLockedAsync(ReadOnlyMemory<byte> bytes, MigrationPeer instance, CancellationToken cancellation)
    {
        if (!HasStarted)
        {
            SetStreamHeaders(instance);
            await context.Response.StartAsync(cancellation);
        }
        else if (Comments(instance) is { Length: > 0 } comments)
        {
            bytes = (byte[])[.. Encoding.ASCII.GetBytes(comments), .. bytes.Span];
        }

        await context.Response.BodyWriter.WriteAsync(bytes, cancellation);
        Volatile.Write(ref _lastWrite, time.GetTimestamp());
    }

    /// <summary>What has changed since the client was last told.</summary>
    private string Comments(MigrationPeer instance)
    {
        string comments = instance.Equals(_said) ? string.Empty : $": godwit instance={instance.Id}\n\n";
        comments += IsInexact && !_saidInexact ? ": godwit exact=false\n\n" : string.Empty;
        (_said, _saidInexact) = (instance, IsInexact);
        return comments;
    }

    private void SetStreamHeaders(MigrationPeer instance)
    {
        SetHeaders(instance);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private void SetHeaders(MigrationPeer instance)
    {
        context.Response.Headers[InternalHeaders.Model] = model;
        context.Response.Headers[InternalHeaders.Instance] = instance.Id;
        if (IsInexact)
        {
            context.Response.Headers[InternalHeaders.Exact] = "false";
        }

        (_said, _saidInexact) = (instance, IsInexact);
    }
}
