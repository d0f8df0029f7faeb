using System.Net.Http.Headers;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// Makes YARP's forwarder send a generation to a worker: our headers and none of the client's, and the response's body taken over by us,
/// because frames must be read, not copied.
/// </summary>
internal sealed class FrameTransformer(
    UpstreamCall call, string? secret, Func<HttpResponseMessage, CancellationToken, Task> takeOver) : HttpTransformer
{
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.Content!.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        proxyRequest.Content.Headers.ContentLength = httpContext.Request.ContentLength;
        proxyRequest.Headers.Accept.ParseAdd(InternalHeaders.FramesMediaType);
        if (call.Ticket is { } ticket)
        {
            proxyRequest.Headers.Add(InternalHeaders.Admission, JsonSerializer.Serialize(ticket, ContractsJson.Default.AdmissionTicket));
        }

        if (secret is not null)
        {
            proxyRequest.Headers.Add(InternalHeaders.ClusterSecret, secret);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null)
        {
            await takeOver(proxyResponse, cancellationToken);
        }

        return false;
    }
}
