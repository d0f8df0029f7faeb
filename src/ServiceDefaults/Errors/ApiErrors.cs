using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Godwit.ServiceDefaults.Errors;

/// <summary>Writes errors in OpenAI's shape.</summary>
public static class ApiErrors
{
    /// <summary>Answers with <paramref name="error"/>; headers that are already set (<c>x-request-id</c>) stay.</summary>
    /// <param name="context">The call to answer; nothing has been sent yet.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="retryAfter">When trying again makes sense, sent with 429 and 503; null: in a second.</param>
    public static Task WriteAsync(HttpContext context, ApiError error, TimeSpan? retryAfter = null) =>
        WriteAsync(context, error.Status, ApiErrorBody.ToUtf8(error), retryAfter);

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
