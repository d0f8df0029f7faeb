using System.Globalization;
using System.Security.Cryptography;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Destinations;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// Has a request answered: fixes at admission what every worker must agree on, finds an instance, and as long as the client has seen
/// nothing finds another when that one fails.
/// </summary>
internal sealed partial class GenerationForwarder(
    InstanceChooser chooser,
    AttemptRunner runner,
    InFlightCounts inFlight,
    InstanceHealth health,
    IOptions<ForwardingOptions> options,
    TimeProvider time,
    ILogger<GenerationForwarder> logger)
{
    /// <summary>Answers the client.</summary>
    /// <returns>The status for the metrics.</returns>
    public async Task<string> ForwardAsync(HttpContext context, string path, GenerationCall call, RequestBody body)
    {
        RequestOwner owner = new(RequestIds.ForGeneration(context));
        AdmissionTicket ticket = Admit(owner.Request, call);
        using ClientAnswer answer = new(context, call.Model, time);
        AttemptResult.Refused last = InstanceFailed(call.Model);
        List<string> tried = [];
        while (tried.Count <= options.Value.MaxRetries)
        {
            ChosenInstance? instance = await chooser.ChooseAsync(owner.Request, call, tried, answer.Gone);
            if (instance is null)
            {
                break;
            }

            AttemptResult result;
            using (inFlight.Enter(instance.Id))
            {
                result = await runner.RunAsync(path, body, ticket with { Epoch = owner.Restart() }, call.Stream, owner, answer, instance);
            }

            switch (result)
            {
                case AttemptResult.Answered:
                    return "200";
                case AttemptResult.ClientGone:
                    return RequestMetrics.ClientClosed;
                case AttemptResult.Refused { Status: StatusCodes.Status503ServiceUnavailable } full when !answer.HasStarted:
                    last = full;
                    break;
                case AttemptResult.Refused refused:
                    return await FinishAsync(answer, refused);
                case AttemptResult.Failed failed:
                    LogFailed(logger, owner.Request, owner.Epoch, instance.Id, failed.Reason);
                    health.Failed(call.Model, instance.Id, instance.BootId);
                    last = InstanceFailed(call.Model);
                    break;
            }

            if (answer.HasStarted)
            {
                break;
            }

            tried.Add(instance.Id);
        }

        if (tried.Count == 0 && !answer.HasStarted)
        {
            last = new AttemptResult.Refused(
                StatusCodes.Status503ServiceUnavailable,
                ApiErrorBody.ToUtf8(ApiError.Overloaded($"No instance of the model '{call.Model}' takes requests at the moment.")));
        }

        return await FinishAsync(answer, last);
    }

    private static async Task<string> FinishAsync(ClientAnswer answer, AttemptResult.Refused refused)
    {
        if (answer.HasStarted)
        {
            await answer.BreakAsync(refused.Body);
            return RequestMetrics.Broken;
        }

        await answer.RefuseAsync(refused.Status, refused.Body);
        return refused.Status.ToString(CultureInfo.InvariantCulture);
    }

    private static AttemptResult.Refused InstanceFailed(string model)
    {
        ApiError error = ApiError.Server(
            $"The instance of '{model}' that was answering failed.", ApiErrorCodes.InstanceFailed, StatusCodes.Status502BadGateway);
        return new AttemptResult.Refused(error.Status, ApiErrorBody.ToUtf8(error));
    }

    private AdmissionTicket Admit(string request, GenerationCall call)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new AdmissionTicket(
            request,
            Epoch: 0,
            Created: now.ToUnixTimeSeconds(),
            RenderedAt: now.ToUnixTimeMilliseconds(),
            Seed: call.Seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue,
            call.Model,
            WeightsDigest: null,
            TenantSalt: string.Empty,
            call.Priority);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request}, epoch {Epoch}: instance {Instance} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string request, int epoch, string instance, string reason);
}
