using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Godwit.ServiceDefaults.Errors;

/// <summary>Writes errors in OpenAI's shape.</summary>
public static class ApiErrors
{
    // Answers are JSON for programs, never embedded in HTML: quotes in messages stay readable.
    private static readonly ContractsJson Json =
        new(new JsonSerializerOptions(ContractsJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The error's body as UTF-8 JSON.</summary>
    public static byte[] Serialize(ApiError error) => JsonSerializer.SerializeToUtf8Bytes(new ApiErrorBody(error), Json.ApiErrorBody);

    /// <summary>Answers with <paramref name="error"/>; headers that are already set (<c>x-request-id</c>) stay.</summary>
    /// <param name="context">The call to answer; nothing has been sent yet.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="retryAfter">When trying again makes sense, sent with 429 and 503; null: in a second.</param>
    public static Task WriteAsync(HttpContext context, ApiError error, TimeSpan? retryAfter = null) =>
        WriteAsync(context, error.Status, Serialize(error), retryAfter);

    /// <summary>Answers with an error body that is already JSON, as another program made it.</summary>
    /// <param name="context">The call to answer; nothing has been sent yet.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">JSON.</param>
    /// <param name="retryAfter">When trying again makes sense, sent with 429 and 503; null: in a second.</param>
    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter = null)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            TimeSpan after = retryAfter ?? TimeSpan.FromSeconds(1);
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] =
                Math.Max(1, (long)Math.Ceiling(after.TotalMilliseconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
