using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Api.Serving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api;

/// <summary>
/// What every endpoint that the Gateway forwards to has around its own work: it says who answers, admits the request, and makes errors in
/// OpenAI's shape of whatever goes wrong.
/// </summary>
internal sealed partial class ApiCalls(
    ServedModel model, EpochGuard epochs, WorkerDrain drain, ApiFailures failures, TimeProvider time, ILogger<ApiCalls> logger)
{
    /// <summary>Answers one call that begins something; a draining worker refuses it.</summary>
    /// <param name="context">The call.</param>
    /// <param name="answer">The endpoint's own work.</param>
    public async Task HandleAsync(HttpContext context, Func<ApiCall, Task> answer)
    {
        long arrived = time.GetTimestamp();
        ApiCall? call = null;
        string request = "";
        try
        {
            context.Response.Headers[InternalHeaders.Model] = model.Id;
            context.Response.Headers[InternalHeaders.Instance] = model.Instance;
            RequestIdentity identity = RequestIdentity.Read(context.Request.Headers, time);
            context.Response.Headers[InternalHeaders.RequestId] = request = identity.Id;
            Admit(identity);
            call = new ApiCall(context, identity, WantsFrames(context.Request, identity), arrived);
            await answer(call);
        }
        catch (OperationCanceledException e) when (context.RequestAborted.IsCancellationRequested || e is ConnectionAbortedException)
        {
            LogClientGone(logger, request);
        }
        catch (Exception e)
        {
            await FailAsync(context, call?.Transport, request, e);
        }
    }

    private static bool WantsFrames(HttpRequest request, RequestIdentity identity)
    {
        bool frames = request.Headers.Accept.ToString().Contains(InternalHeaders.FramesMediaType, StringComparison.OrdinalIgnoreCase);
        return !frames || identity.Ticket is not null
            ? frames
            : throw ApiException.Missing(InternalHeaders.Admission, $"an admission ticket, with Accept: {InternalHeaders.FramesMediaType}");
    }

    private void Admit(RequestIdentity identity)
    {
        if (drain.IsDraining)
        {
            throw new ApiException(ApiError.Overloaded("This instance takes no new requests. Please try again."));
        }

        if (identity.Ticket is not { } ticket)
        {
            return;
        }

        epochs.Admit(ticket);
        if (ticket.Model != model.Id)
        {
            throw new ApiException(ApiError.ModelNotFound(ticket.Model));
        }
    }

    private async Task FailAsync(HttpContext context, AnswerTransport? transport, string request, Exception failure)
    {
        ApiError error = failures.Describe(failure, request);
        try
        {
            await (transport?.FailAsync(error, context.RequestAborted) ?? ApiErrors.WriteAsync(context, error));
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException or IOException)
        {
            LogClientGone(logger, request);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Request {Request}: the client is gone")]
    private static partial void LogClientGone(ILogger logger, string request);
}
