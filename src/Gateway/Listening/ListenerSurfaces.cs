using System.Net;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Admin;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Listening;

/// <summary>
/// Shows the admin paths on the admin listener only, unless the public one is bound to loopback; and the API on the public one only.
/// What a listener does not show answers 404, as if it did not exist.
/// </summary>
internal sealed class ListenerSurfaces(RequestDelegate next, IOptions<GatewayListenerOptions> options)
{
    private static readonly PathString[] ApiPaths = ["/v1", "/tokenize", "/detokenize"];
    private readonly bool _publicIsLoopback = IPAddress.IsLoopback(ListenAddressAttribute.Parse(options.Value.Bind));

    public Task InvokeAsync(HttpContext context) => Shows(context)
        ? next(context)
        : ApiErrors.WriteAsync(context, ApiError.Invalid(
            $"There is no {context.Request.Method} {context.Request.Path} here.",
            code: ApiErrorCodes.NotFound,
            status: StatusCodes.Status404NotFound));

    private bool Shows(HttpContext context)
    {
        PathString path = context.Request.Path;
        bool isAdmin = context.Features.Get<AdminListenerFeature>() is not null;
        return isAdmin
            ? !ApiPaths.Any(api => path.StartsWithSegments(api))
            : _publicIsLoopback || !AdminPaths.All.Any(admin => path.StartsWithSegments(admin));
    }
}
