using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api;

/// <summary>
/// What every endpoint that the Gateway forwards to has around its own work: it says who answers, admits the request, and makes errors in
/// OpenAI's shape of whatever goes wrong.
/// </summary>
internal sealed partial class ApiCalls(ServedModel model, EpochGuard epochs, TimeProvider time, ILogger<ApiCalls> logger)
{
    /// <summary>Answers one call.</summary>
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
        ApiError error = ErrorOf(failure, request);
        try
        {
            await (transport?.FailAsync(error, context.RequestAborted) ?? ApiErrors.WriteAsync(context, error));
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException or IOException)
        {
            LogClientGone(logger, request);
        }
    }

    private ApiError ErrorOf(Exception failure, string request)
    {
        switch (failure)
        {
            case ApiException refused:
                LogRefused(logger, request, refused.Error.Code);
                return refused.Error;
            case SamplingException { NothingAllowed: true }:
                return ApiError.Invalid(failure.Message, null, ApiErrorCodes.InvalidValue);
            case EngineFaultedException:
                LogFailed(logger, request, failure);
                return ApiError.Server("The instance that was answering failed. Please try again.", ApiErrorCodes.InstanceFailed);
            default:
                LogFailed(logger, request, failure);
                return ApiError.Server("The server failed on this request. Please try again.");
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Request {Request}: the client is gone")]
    private static partial void LogClientGone(ILogger logger, string request);

    [LoggerMessage(2, LogLevel.Debug, "Request {Request} refused: {Code}")]
    private static partial void LogRefused(ILogger logger, string request, string? code);

    [LoggerMessage(3, LogLevel.Error, "Request {Request} failed")]
    private static partial void LogFailed(ILogger logger, string request, Exception failure);
}
