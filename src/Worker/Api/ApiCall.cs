using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api;

/// <summary>One call of an endpoint that the Gateway forwards to, admitted.</summary>
/// <param name="context">The call.</param>
/// <param name="identity">Who the request is.</param>
/// <param name="frames">The caller is the Gateway and wants frames.</param>
/// <param name="arrived">Timestamp of its arrival.</param>
internal sealed class ApiCall(HttpContext context, RequestIdentity identity, bool frames, long arrived)
{
    /// <summary>The call.</summary>
    public HttpContext Context { get; } = context;

    /// <summary>Who the request is.</summary>
    public RequestIdentity Identity { get; } = identity;

    /// <summary>Timestamp of its arrival.</summary>
    public long Arrived { get; } = arrived;

    /// <summary>The caller is the Gateway and wants frames.</summary>
    public bool WantsFrames { get; } = frames;

    /// <summary>The client is gone.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>What carries the answer, once it is open.</summary>
    public AnswerTransport? Transport { get; private set; }

    /// <summary>Opens the transport of the answer.</summary>
    public AnswerTransport Open(AnswerWriter writer, TimeProvider time) =>
        Transport = WantsFrames ? new FrameTransport(Context, writer) : new PlainTransport(Context, writer, time);
}
