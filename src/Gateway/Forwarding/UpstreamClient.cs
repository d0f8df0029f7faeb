using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Godwit.Gateway.Forwarding;

/// <summary>The connections to the workers, used through YARP's forwarder.</summary>
internal sealed class UpstreamClient(IHttpForwarder forwarder, IOptions<ForwardingOptions> options, IOptions<ClusterOptions> cluster)
    : IDisposable
{
    // Silence is judged by us (AttemptRunner); YARP's own clock does not see the body that we read.
    private static readonly ForwarderRequestConfig Request = new()
    {
        ActivityTimeout = TimeSpan.FromDays(1),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        ConnectTimeout = TimeSpan.FromMilliseconds(options.Value.ConnectTimeoutMs),
        // Shorter than a worker keeps an idle connection: we never send into one that it is just closing.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    });

    /// <summary>
    /// Sends one call. It runs on a context of its own, not on the client's: the client's response must not be touched by an attempt that
    /// fails, and may already have begun when a later one starts.
    /// </summary>
    /// <param name="address">Base address of the worker.</param>
    /// <param name="call">The call.</param>
    /// <param name="takeOver">Reads the response.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>What went wrong between us and the worker, or null.</returns>
    public async Task<UpstreamFault?> SendAsync(
        string address, UpstreamCall call, Func<HttpResponseMessage, CancellationToken, Task> takeOver, CancellationToken cancellation)
    {
        if (!MemoryMarshal.TryGetArray(call.Body, out ArraySegment<byte> bytes))
        {
            bytes = call.Body.ToArray();
        }

        using MemoryStream body = new(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        DefaultHttpContext context = new();
        context.Request.Method = HttpMethods.Post;
        context.Request.Protocol = HttpProtocol.Http11;
        context.Request.Path = call.Path;
        context.Request.Body = body;
        context.Request.ContentLength = body.Length;
        FrameTransformer transformer = new(call, cluster.Value.Secret, takeOver);
        ForwarderError error = await forwarder.SendAsync(context, address, _invoker, Request, transformer, cancellation);
        if (error == ForwarderError.None)
        {
            return null;
        }

        Exception? exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        return new UpstreamFault($"{error}: {exception?.GetBaseException().Message}", IsWithoutConnection(exception));
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>The only clock that runs in there is that of the connect.</summary>
    private static bool IsWithoutConnection(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is TimeoutException
                or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError })
            {
                return true;
            }
        }

        return false;
    }
}
