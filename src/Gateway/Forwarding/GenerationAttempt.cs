using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// One attempt to have a request answered by one instance: reads its frames, lets the owner judge them, and passes payloads on. Only one
/// attempt of a request runs at a time.
/// </summary>
internal sealed class GenerationAttempt(RequestOwner owner, ClientAnswer answer, ChosenInstance instance, bool stream, TimeProvider time)
{
    private const int MaxErrorBytes = 1024 * 1024;
    private AttemptResult? _result;
    private long _lastByte = time.GetTimestamp();
    private volatile bool _accepted;

    /// <summary>Time since the instance's last byte, or since the start.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _lastByte));

    /// <summary>The worker has begun its answer, so the client may be told that we live.</summary>
    public bool WasAccepted => _accepted;

    /// <summary>How it ended; null when the response was never taken over, or broke without a verdict.</summary>
    public AttemptResult? Result => _result;

    /// <summary>Reads the worker's response to its end.</summary>
    public async Task TakeOverAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        Touch();
        _result = response.StatusCode == HttpStatusCode.OK
            && response.Content.Headers.ContentType?.MediaType == InternalHeaders.FramesMediaType
            ? await ReadFramesAsync(response, cancellation)
            : await ReadErrorAsync(response, cancellation);
    }

    private async Task<AttemptResult> ReadFramesAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        _accepted = true;
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
                    return new AttemptResult.Failed($"its stream broke: {e.Message}");
                }

                Touch();
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (FrameReader.TryRead(ref buffer, out Frame? frame))
                {
                    if (await HandleAsync(frame!, cancellation) is { } end)
                    {
                        return end;
                    }
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    return new AttemptResult.Failed("its stream ended without a last frame");
                }
            }
        }
        catch (InvalidDataException e)
        {
            return new AttemptResult.Failed($"its stream holds what is no frame: {e.Message}");
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>Passes one frame on; the result when it was the last one.</summary>
    private async Task<AttemptResult?> HandleAsync(Frame frame, CancellationToken cancellation)
    {
        switch (owner.Accept(frame))
        {
            case FrameVerdict.Drop:
                return null;
            case FrameVerdict.Broken:
                return new AttemptResult.Failed(
                    $"a frame of choice {frame.Choice} begins at token {frame.FirstIndex}, expected was {owner.NextOf(frame.Choice)}");
        }

        if (frame.Flags.HasFlag(FrameFlags.Error))
        {
            bool ofClient = frame.Flags.HasFlag(FrameFlags.ClientError);
            return new AttemptResult.Refused(
                ofClient ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError, frame.Payload);
        }

        bool isLast = frame.Flags.HasFlag(FrameFlags.Last);
        if (!stream)
        {
            if (!isLast)
            {
                return null;
            }

            await answer.WriteWholeAsync(frame.Payload, instance, cancellation);
            return AttemptResult.Answered.Instance;
        }

        if (!frame.Payload.IsEmpty)
        {
            await answer.WriteEventsAsync(frame.Payload, instance, cancellation);
        }

        if (!isLast)
        {
            return null;
        }

        await answer.EndAsync(instance, cancellation);
        return AttemptResult.Answered.Instance;
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
            return new AttemptResult.Failed(what);
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(MaxErrorBytes, cancellation);
            return new AttemptResult.Refused(status, await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (HttpRequestException e)
        {
            return new AttemptResult.Failed($"{what}, and broke off: {e.Message}");
        }
    }

    private void Touch() => Volatile.Write(ref _lastByte, time.GetTimestamp());
}
