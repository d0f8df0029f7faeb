using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Godwit.ServiceDefaults.Errors;

/// <summary>
/// Refuses a request whose body ends in two ways, or is coded in a way that this server does not undo. Kestrel takes both; a proxy in
/// front of it may disagree about where the next request begins (request smuggling).
/// </summary>
internal sealed class RequestFramingMiddleware(RequestDelegate next)
{
    // Where Kestrel puts the Content-Length of a request that has a Transfer-Encoding too.
    private const string SetAside = "X-Content-Length";

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.TransferEncoding.Count == 0
            || (headers.TransferEncoding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)
                && headers.ContentLength is null && !headers.ContainsKey(SetAside)))
        {
            return next(context);
        }

        context.Response.Headers.Connection = "close";
        return ApiErrors.WriteAsync(context, ApiError.Invalid(
            "A body must be sent either with a Content-Length or with 'Transfer-Encoding: chunked', and in no other coding."));
    }
}
