using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.ServiceDefaults.Errors;

/// <summary>
/// Turns what would leave without a body (unknown path, wrong method, limits of the server) and every unhandled exception into an
/// error in OpenAI's shape. Once an answer has begun it can only be broken off, never ended as if it were whole.
/// </summary>
internal sealed partial class ApiErrorMiddleware(RequestDelegate next, ILogger<ApiErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && IsBare(context.Response))
            {
                await ApiErrors.WriteAsync(context, ForStatus(context));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left: there is nobody to answer.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.StatusCode;
            await ApiErrors.WriteAsync(context, ForStatus(context));
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogUnhandled(logger, context.Request.Method, context.Request.Path, e);
            await ApiErrors.WriteAsync(context, ApiError.Server("Something went wrong here; the log has the details."));
        }
    }

    private static bool IsBare(HttpResponse response) =>
        response.StatusCode >= 400 && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    private static ApiError ForStatus(HttpContext context)
    {
        int status = context.Response.StatusCode;
        string what = $"{context.Request.Method} {context.Request.Path}";
        return status switch
        {
            StatusCodes.Status404NotFound => ApiError.Invalid($"There is no {what} here.", code: ApiErrorCodes.NotFound, status: status),
            StatusCodes.Status405MethodNotAllowed => ApiError.Invalid(
                $"{what} is not allowed; allowed: {context.Response.Headers.Allow}.", code: ApiErrorCodes.MethodNotAllowed, status: status),
            StatusCodes.Status413PayloadTooLarge => ApiError.Invalid(
                "The body is larger than this server takes.", code: ApiErrorCodes.RequestTooLarge, status: status),
            StatusCodes.Status415UnsupportedMediaType => ApiError.Invalid(
                "The body must be application/json.", code: ApiErrorCodes.UnsupportedMediaType, status: status),
            StatusCodes.Status503ServiceUnavailable => ApiError.Overloaded("This cannot be served now."),
            >= 500 => ApiError.Server($"{what} failed.", status: status),
            _ => ApiError.Invalid($"{what} was refused.", status: status),
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unhandled exception in {Method} {Path}")]
    private static partial void LogUnhandled(ILogger logger, string method, string path, Exception exception);
}
