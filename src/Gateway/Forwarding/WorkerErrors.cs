using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Forwarding.Protocol;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Forwarding;

/// <summary>Reads what a worker's error means for the request.</summary>
internal static class WorkerErrors
{
    /// <summary>An error frame: how the attempt failed, and what the client is told if nobody else can go on.</summary>
    public static (AttemptFailure Failure, AttemptResult.Refused Error) Of(Frame frame)
    {
        if (frame.Flags.HasFlag(FrameFlags.ClientError))
        {
            return (AttemptFailure.Refused, new AttemptResult.Refused(StatusCodes.Status400BadRequest, frame.Payload));
        }

        return CodeOf(frame.Payload) switch
        {
            ApiErrorCodes.InstanceFailed => (AttemptFailure.Broken, InstanceFailed(frame.Payload)),
            ApiErrorCodes.ServerIsOverloaded => (
                AttemptFailure.GivenBack, new AttemptResult.Refused(StatusCodes.Status503ServiceUnavailable, frame.Payload)),

            // A fault that the request meets everywhere, or met by chance: the client may try again.
            _ => (AttemptFailure.Refused, new AttemptResult.Refused(StatusCodes.Status500InternalServerError, frame.Payload)),
        };
    }

    /// <summary>An answer that is no stream: how the attempt failed.</summary>
    public static AttemptFailure Of(AttemptKind kind, AttemptResult.Refused refused) =>
        // Whoever has begun was accepted by a worker already: if another will not have it, that is between us and the workers.
        kind != AttemptKind.Start
            || refused.Status == StatusCodes.Status503ServiceUnavailable
            || CodeOf(refused.Body) == ApiErrorCodes.InstanceFailed
            ? AttemptFailure.Declined
            : AttemptFailure.Refused;

    /// <summary>What the client is told when an instance failed and none goes on.</summary>
    public static AttemptResult.Refused InstanceFailed(string model) => InstanceFailed(ApiErrorBody.ToUtf8(ApiError.Server(
        $"The instance of '{model}' that was answering failed.", ApiErrorCodes.InstanceFailed)));

    private static AttemptResult.Refused InstanceFailed(ReadOnlyMemory<byte> json) => new(StatusCodes.Status502BadGateway, json);

    private static string? CodeOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, ContractsJson.Default.ApiErrorBody)?.Error?.Code;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
