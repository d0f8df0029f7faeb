using System.Security.Cryptography;
using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Cluster;

/// <summary>
/// Refuses calls without the cluster's secret, but for <c>/health</c> and <c>/metrics</c>. Digests are compared, so that neither the
/// secret's length nor its first wrong byte shows in the time taken.
/// </summary>
internal sealed class ClusterSecretMiddleware(RequestDelegate next, IOptions<ClusterOptions> options)
{
    private readonly byte[]? _expected = options.Value.Secret is { } secret ? SHA256.HashData(Encoding.UTF8.GetBytes(secret)) : null;

    public Task InvokeAsync(HttpContext context) =>
        _expected is null || IsOpen(context.Request.Path) || Matches(context)
            ? next(context)
            : ApiErrors.WriteAsync(context, ApiError.Invalid(
                $"Internal calls must carry the cluster's secret in the header {InternalHeaders.ClusterSecret}.",
                code: ApiErrorCodes.Forbidden,
                status: StatusCodes.Status403Forbidden));

    private static bool IsOpen(PathString path) =>
        path.Equals(ServiceDefaultsExtensions.HealthPath, StringComparison.Ordinal)
        || path.Equals(ServiceDefaultsExtensions.MetricsPath, StringComparison.Ordinal);

    private bool Matches(HttpContext context)
    {
        string given = context.Request.Headers[InternalHeaders.ClusterSecret].ToString();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(given), digest);
        return CryptographicOperations.FixedTimeEquals(digest, _expected);
    }
}
