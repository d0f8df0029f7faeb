using System.Net;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Listening;
using Godwit.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Admin;

/// <summary>
/// Keeps web pages from changing anything: a browser sends a page's calls to any address, loopback included. On the public listener a call
/// that changes something must name a loopback host (a page on a name that was bent to loopback cannot) and carry a header (that a page
/// cannot send without asking first). On the admin listener only what says that it comes from another origin is refused.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next)
{
    /// <summary>Header of a changing call on the public listener; its value is 1.</summary>
    public const string Header = "x-godwit-admin";

    public Task InvokeAsync(HttpContext context) => Refusal(context) is { } why
        ? ApiErrors.WriteAsync(
            context, ApiError.Invalid(why, code: ApiErrorCodes.Forbidden, status: StatusCodes.Status403Forbidden))
        : next(context);

    private static string? Refusal(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || !AdminPaths.Scheduler.Any(path => request.Path.StartsWithSegments(path)))
        {
            return null;
        }

        if (request.Headers.Origin is { Count: > 0 } origin && !IsOwn(origin.ToString(), request))
        {
            return $"Pages of {origin} may not change anything here.";
        }

        return context.Features.Get<AdminListenerFeature>() is not null ? null
            : !IsLoopback(request.Host.Host) ? "On this listener a call that changes something must be sent to a loopback host."
            : request.Headers[Header] != "1" ? $"On this listener a call that changes something must carry the header '{Header}: 1'."
            : null;
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
