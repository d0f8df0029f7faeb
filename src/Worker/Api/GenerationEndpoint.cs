using System.Text.Json;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api;

/// <summary>
/// Serves both generating endpoints: check the request, hand it to the engine, carry what the engine reports to the caller. A generation
/// lives no longer than its call: whatever ends the call disposes it.
/// </summary>
internal sealed partial class GenerationEndpoint(
    ServedModel model, EpochGuard epochs, TimeProvider time, ILogger<GenerationEndpoint> logger)
{
    /// <summary>Answers one call.</summary>
    public async Task HandleAsync(HttpContext context, ApiKind kind)
    {
        CancellationToken aborted = context.RequestAborted;
        AnswerTransport? transport = null;
        string request = "";
        try
        {
            context.Response.Headers[InternalHeaders.Model] = model.Id;
            context.Response.Headers[InternalHeaders.Instance] = model.Instance;
            RequestIdentity identity = RequestIdentity.Read(context.Request.Headers, time);
            context.Response.Headers[InternalHeaders.RequestId] = request = identity.Id;
            Admit(identity);
            bool frames = WantsFrames(context.Request, identity);
            CompletionRequest completion = await ReadAsync(context, kind, identity, aborted);
            CompiledConstraint? constraint = await OutputConstraint.CompileAsync(completion, model, aborted);
            List<IReadOnlyList<int>> prompts = [.. completion.Prompts.SelectMany(p => Enumerable.Repeat(p, completion.Choices.Generated))];
            using AnswerFormatter formatter = AnswerFormatter.Create(HeadOf(completion, identity, prompts));
            transport = frames ? new FrameTransport(context, formatter) : new PlainTransport(context, formatter, time);
            using Generation generation = model.Submit(new GenerationRequest(
                identity.Id,
                completion.Prompts,
                completion.Sampling with { Seed = identity.SeedFor(completion) },
                identity.PriorityFor(completion),
                completion.Choices.Generated,
                identity.CacheSaltFor(completion),
                constraint));
            await CarryAsync(generation, transport, prompts.Count, aborted);
            formatter.CachedTokens = generation.CachedTokens;
            await transport.EndAsync(aborted);
        }
        catch (OperationCanceledException e) when (aborted.IsCancellationRequested || e is ConnectionAbortedException)
        {
            LogClientGone(logger, request);
        }
        catch (Exception e)
        {
            await FailAsync(context, transport, request, e);
        }
    }

    private static async Task CarryAsync(Generation generation, AnswerTransport transport, int choices, CancellationToken aborted)
    {
        await transport.StartAsync(aborted);
        int unfinished = choices;
        while (unfinished > 0 && await generation.Outputs.WaitToReadAsync(aborted))
        {
            while (generation.Outputs.TryRead(out SequenceOutput? output))
            {
                transport.Append(output);
                unfinished -= output.Finish is null ? 0 : 1;
            }

            // With the last outputs goes the end of the answer, in one write.
            if (unfinished > 0)
            {
                await transport.FlushAsync(aborted);
            }
        }

        if (unfinished > 0)
        {
            throw new EngineFaultedException($"The engine ended a request with {unfinished} of {choices} choices unfinished.");
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

    private async Task<CompletionRequest> ReadAsync(
        HttpContext context, ApiKind kind, RequestIdentity identity, CancellationToken aborted)
    {
        using JsonDocument body = await RequestBody.ReadAsync(context, aborted);
        return RequestParser.Parse(kind, body.RootElement, model, identity.RenderedAt, identity.Ticket is not null);
    }

    private AnswerHead HeadOf(CompletionRequest completion, RequestIdentity identity, IReadOnlyList<IReadOnlyList<int>> prompts) =>
        new(
            completion.Kind,
            (completion.Kind == ApiKind.Chat ? "chatcmpl-" : "cmpl-") + identity.Id,
            identity.Created,
            model.Id,
            model.Fingerprint,
            prompts,
            completion.Prompts.Sum(prompt => prompt.Count),
            completion.Choices,
            completion.Report,
            completion.Delivery,
            model.Tokens,
            completion.Sampling.SkipSpecialTokens)
        {
            Syntax = completion.Syntax,
            IsCallNamed = completion.IsCallNamed,
        };

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
