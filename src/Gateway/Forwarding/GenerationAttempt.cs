using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding.Protocol;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// One attempt to have a request answered by one instance: reads its frames, and hands them on one by one. Only one attempt of a request
/// runs at a time.
/// </summary>
/// <param name="accepted">The headers of a stream of frames have come.</param>
/// <param name="take">Takes a frame; the result when the attempt ends with it.</param>
/// <param name="time">The clock.</param>
internal sealed class GenerationAttempt(Action accepted, Func<Frame, Task<AttemptResult?>> take, TimeProvider time)
{
    private const int MaxErrorBytes = 1024 * 1024;
    private long _lastByte = time.GetTimestamp();
    private volatile bool _accepted;
    private volatile bool _hasFrame;
    private volatile bool _isTaking;

    /// <summary>
    /// Time since the instance's last byte, or since the start. None passes while a frame is being handed on: a client that reads slowly
    /// is not an instance that is silent.
    /// </summary>
    public TimeSpan Silence => _isTaking ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _lastByte));

    /// <summary>The worker has begun its answer, so the client may be told that we live.</summary>
    public bool WasAccepted => _accepted;

    /// <summary>A whole frame has come.</summary>
    public bool HasFrame => _hasFrame;

    /// <summary>How it ended; null when the response was never taken over, or broke without a verdict.</summary>
    public AttemptResult? Result { get; private set; }

    /// <summary>Reads the worker's response to its end.</summary>
    public async Task TakeOverAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        Touch();
        try
        {
            Result = response.StatusCode == HttpStatusCode.OK
                && response.Content.Headers.ContentType?.MediaType == InternalHeaders.FramesMediaType
                ? await ReadFramesAsync(response, cancellation)
                : await ReadErrorAsync(response, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever ends an attempt knows why; YARP would take it for a fault of the worker and say so at length.
        }
    }

    private async Task<AttemptResult> ReadFramesAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        _accepted = true;
        accepted();
        Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        PipeReader reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                ReadResult read;
                try
                {
                    read = await reader.ReadAsync(cancellation);
                }
                catch (Exception e) when (e is IOException or HttpRequestException)
                {
                    return Broken($"its stream broke: {e.Message}");
                }

                Touch();
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (FrameReader.TryRead(ref buffer, out Frame? frame))
                {
                    if (await TakeAsync(frame!) is { } end)
                    {
                        return end;
                    }
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    return Broken("its stream ended without a last frame");
                }
            }
        }
        catch (InvalidDataException e)
        {
            return new AttemptResult.Failed(AttemptFailure.Silent, $"its stream holds what is no frame: {e.Message}");
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async Task<AttemptResult?> TakeAsync(Frame frame)
    {
        _hasFrame = true;
        _isTaking = true;
        AttemptResult? end = await take(frame);
        Touch();
        _isTaking = false;
        return end;
    }

    private static async Task<AttemptResult> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        int status = (int)response.StatusCode;
        string what = $"it answered {status} {response.Content.Headers.ContentType}";

        // 403 and 409 are between us and the worker (a wrong cluster secret, a stale epoch): they are not the client's fault.
        bool isForClient = status >= 400
            && status is not (StatusCodes.Status403Forbidden or StatusCodes.Status409Conflict)
            && response.Content.Headers.ContentType?.MediaType == "application/json";
        if (!isForClient)
        {
            return new AttemptResult.Failed(AttemptFailure.Declined, what);
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(MaxErrorBytes, cancellation);
            return new AttemptResult.Refused(status, await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (HttpRequestException e)
        {
            return new AttemptResult.Failed(AttemptFailure.Declined, $"{what}, and broke off: {e.Message}");
        }
    }

    private static AttemptResult.Failed Broken(string reason) => new(AttemptFailure.Broken, reason);

    private void Touch() => Volatile.Write(ref _lastByte, time.GetTimestamp());
}
