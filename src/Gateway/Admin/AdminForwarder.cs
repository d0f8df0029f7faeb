using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Godwit.Gateway.Admin;

/// <summary>Forwards operators' calls to the leading Scheduler, with the cluster's secret instead of the operator's credentials.</summary>
internal sealed class AdminForwarder(IHttpForwarder forwarder, SchedulerLocator scheduler, IOptions<ClusterOptions> cluster) : IDisposable
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(10) };

    private readonly SecretTransformer _transformer = new(cluster.Value.Secret);
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(1),
    });

    public async Task ForwardAsync(HttpContext context)
    {
        if (scheduler.Current is not { } leader)
        {
            await ApiErrors.WriteAsync(context, ApiError.Overloaded("No Scheduler can be found at the moment."));
            return;
        }

        ForwarderError error = await forwarder.SendAsync(context, leader.ToString(), _client, Config, _transformer);
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Clear();
            await ApiErrors.WriteAsync(
                context, ApiError.Overloaded("The leading Scheduler does not answer; another takes over within seconds."));
        }
    }

    public void Dispose() => _client.Dispose();

    private sealed class SecretTransformer(string? secret) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Remove(HeaderNames.Authorization);
            proxyRequest.Headers.Remove(HeaderNames.Cookie);
            proxyRequest.Headers.Remove(InternalHeaders.ClusterSecret);
            proxyRequest.Headers.Host = null;
            if (secret is not null)
            {
                proxyRequest.Headers.Add(InternalHeaders.ClusterSecret, secret);
            }
        }
    }
}
