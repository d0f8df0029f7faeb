using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api;

/// <summary>Makes errors in OpenAI's shape of whatever goes wrong with a request, and logs what was our own fault.</summary>
internal sealed partial class ApiFailures(ILogger<ApiFailures> logger)
{
    /// <summary>What a client gets to know of a failure.</summary>
    public ApiError Describe(Exception failure, string request)
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

    [LoggerMessage(1, LogLevel.Debug, "Request {Request} refused: {Code}")]
    private static partial void LogRefused(ILogger logger, string request, string? code);

    [LoggerMessage(2, LogLevel.Error, "Request {Request} failed")]
    private static partial void LogFailed(ILogger logger, string request, Exception failure);
}
