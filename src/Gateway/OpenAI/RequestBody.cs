using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Selection.Reading;
using Godwit.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.OpenAI;

/// <summary>A request's body in a pooled buffer, read once. Dispose it when no upstream call can read it any more.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4096;
    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>A stream over the bytes, from their start.</summary>
    public Stream OpenRead() => new MemoryStream(_buffer, 0, _length, writable: false);

    /// <summary>Reads the whole body, or says what is wrong with it.</summary>
    public static async Task<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext context, int maxBytes)
    {
        if (JsonContent.Refuse(context.Request) is { } refusal)
        {
            return (null, refusal);
        }

        BodyLimit.Set(context, maxBytes);
        RequestBody body = new((int)Math.Min(context.Request.ContentLength + 1 ?? FirstBytes, maxBytes));
        try
        {
            if (await body.FillAsync(context, maxBytes))
            {
                return (body, null);
            }

            body.Dispose();
            return (null, TooLarge(maxBytes));
        }
        catch (IOException e)
        {
            body.Dispose();
            int status = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            return (null, status == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(maxBytes)
                : ApiError.Invalid($"The body could not be read: {e.Message}", status: status));
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The body with parts of it replaced, as a body of its own; edits do not overlap.</summary>
    public RequestBody Edited(IReadOnlyList<BodyEdit> edits)
    {
        RequestBody edited = new(_length + edits.Sum(edit => edit.Replacement.Length));
        ReadOnlySpan<byte> rest = Bytes.Span;
        int done = 0;
        foreach (BodyEdit edit in edits.OrderBy(edit => edit.At.Start.Value))
        {
            edited.Append(rest[done..edit.At.Start.Value]);
            edited.Append(edit.Replacement.Span);
            done = edit.At.End.Value;
        }

        edited.Append(rest[done..]);
        return edited;
    }

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        _length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // False when there are more bytes than allowed.
    private async Task<bool> FillAsync(HttpContext context, int maxBytes)
    {
        while (_length <= maxBytes)
        {
            if (_length == _buffer.Length)
            {
                Grow();
            }

            int read = await context.Request.Body.ReadAsync(_buffer.AsMemory(_length), context.RequestAborted);
            if (read == 0)
            {
                return true;
            }

            _length += read;
        }

        return false;
    }

    private static ApiError TooLarge(int maxBytes) => ApiError.Invalid(
        $"The body is larger than {maxBytes} bytes, the most that is allowed.",
        code: ApiErrorCodes.RequestTooLarge,
        status: StatusCodes.Status413PayloadTooLarge);

    // There is room.
    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
