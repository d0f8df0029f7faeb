using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads a request's body as one JSON object, strictly: UTF-8, no duplicate names, limited size and depth.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = ApiLimits.JsonDepth, AllowDuplicateProperties = false };

    /// <summary>The body's JSON object; the caller disposes it.</summary>
    /// <exception cref="ApiException">The body is none that this server takes.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, CancellationToken cancel) =>
        Parse(await ReadJsonBytesAsync(context, cancel));

    /// <summary>The bytes of a body that is declared as JSON.</summary>
    /// <exception cref="ApiException">It is declared as something else, or too long.</exception>
    internal static Task<byte[]> ReadJsonBytesAsync(HttpContext context, CancellationToken cancel)
    {
        if (JsonContent.Refuse(context.Request) is { } refusal)
        {
            throw new ApiException(refusal);
        }

        return ReadBytesAsync(context, ApiLimits.BodyBytes, cancel);
    }

    /// <summary>Parses a whole body.</summary>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (body.Span.StartsWith(byteOrderMark))
        {
            body = body[byteOrderMark.Length..];
        }

        // JsonDocument checks strings only when they are asked for; a bad byte shall not depend on whether its field is known.
        if (!Utf8.IsValid(body.Span))
        {
            throw ApiException.InvalidUtf8("The request body is not valid UTF-8.");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (InvalidOperationException)
        {
            // The only way left: a name with half of a surrogate pair.
            throw HalfSurrogate();
        }
        catch (JsonException e) when (IsWellFormed(body))
        {
            throw new ApiException(ApiError.Invalid(
                $"The request body names a field twice: {e.Message}", null, ApiErrorCodes.DuplicateField));
        }
        catch (JsonException e)
        {
            throw ApiException.InvalidJson($"The request body could not be parsed as JSON: {e.Message}");
        }

        ApiException? fault = document.RootElement.ValueKind != JsonValueKind.Object
            ? ApiException.InvalidJson("The request body must be a JSON object.")
            : SurrogateEscapes.ArePaired(body.Span) ? null : HalfSurrogate();
        if (fault is null)
        {
            return document;
        }

        document.Dispose();
        throw fault;
    }

    private static ApiException HalfSurrogate() =>
        ApiException.InvalidUtf8("A string or name in the request body contains half of a surrogate pair; it must be well-formed Unicode.");

    // Apart from names that come twice.
    private static bool IsWellFormed(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = ApiLimits.JsonDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a body, whatever it is declared as.</summary>
    /// <exception cref="ApiException">It is longer than <paramref name="maxBytes"/>, or broke off.</exception>
    internal static async Task<byte[]> ReadBytesAsync(HttpContext context, int maxBytes, CancellationToken cancel)
    {
        BodyLimit.Set(context, maxBytes);
        PipeReader reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancel);
                if (read.Buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw TooLarge(maxBytes);
                }

                if (read.IsCompleted)
                {
                    byte[] body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (IOException e)
        {
            int status = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            throw status == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(maxBytes)
                : new ApiException(ApiError.Invalid($"The request body could not be read: {e.Message}", status: status));
        }
    }

    private static ApiException TooLarge(int maxBytes) =>
        new(ApiError.Invalid(
            $"The request body is larger than {maxBytes} bytes, which is the most allowed.",
            null,
            ApiErrorCodes.RequestTooLarge,
            413));
}
