using System.Diagnostics;
using System.Net;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Godwit.Gateway.Forwarding;

/// <summary>The connections to the workers, used through YARP's forwarder.</summary>
internal sealed class UpstreamClient(IHttpForwarder forwarder, IOptions<ForwardingOptions> options, IOptions<ClusterOptions> cluster)
    : IDisposable
{
    // Silence is judged by us (ForwardingOptions.IdleTimeoutMs); YARP's own clock does not see the body that we read.
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

    /// <summary>Secret that internal calls carry, or null.</summary>
    public string? Secret { get; } = cluster.Value.Secret;

    /// <summary>
    /// Sends one call. It runs on a context of its own, not on the client's: the client's response must not be touched by an attempt that
    /// fails, and may already have begun when a later one starts.
    /// </summary>
    /// <returns>What went wrong between us and the worker, or null.</returns>
    public async Task<string?> SendAsync(
        string address, string path, Stream body, HttpTransformer transformer, CancellationToken cancellation)
    {
        DefaultHttpContext call = new();
        call.Request.Method = HttpMethods.Post;
        call.Request.Protocol = HttpProtocol.Http11;
        call.Request.Path = path;
        call.Request.Body = body;
        call.Request.ContentLength = body.Length;
        ForwarderError error = await forwarder.SendAsync(call, address, _invoker, Request, transformer, cancellation);
        return error == ForwarderError.None
            ? null
            : $"{error}: {call.Features.Get<IForwarderErrorFeature>()?.Exception?.GetBaseException().Message}";
    }

    public void Dispose() => _invoker.Dispose();
}
