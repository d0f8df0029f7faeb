using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Api.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// What every call of Godwit's own programs has around its own work: it reads the body, and makes errors of whatever goes wrong.
/// </summary>
internal sealed partial class InternalCalls(ServedModel model, ApiFailures failures, ILogger<InternalCalls> logger)
{
    /// <summary>Bytes of a body: acknowledgements of all requests of a Gateway are the longest.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Answers one call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="type">What its body is.</param>
    /// <param name="request">Which request it is about; empty: none.</param>
    /// <param name="answer">The endpoint's own work.</param>
    public async Task HandleAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, Func<T, string> request, Func<HttpContext, T, Task> answer)
        where T : class
    {
        string id = "";
        try
        {
            context.Response.Headers[InternalHeaders.Model] = model.Id;
            context.Response.Headers[InternalHeaders.Instance] = model.Instance;
            T body = await ReadAsync(context, type);
            id = request(body);
            await answer(context, body);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is ConnectionAbortedException)
        {
            LogCallerGone(logger, context.Request.Path, id);
        }
        catch (Exception e)
        {
            ApiError error = failures.Describe(e, id);
            if (!context.Response.HasStarted)
            {
                await ApiErrors.WriteAsync(context, error);
                return;
            }

            context.Abort();
        }
    }

    /// <summary>Answers that it is done, or was done before.</summary>
    public static Task DoneAsync(HttpContext context, int status = StatusCodes.Status204NoContent)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        byte[] body = await RequestBody.ReadBytesAsync(context, MaxBytes, context.RequestAborted);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw ApiException.InvalidJson("The body is null.");
        }
        catch (JsonException e)
        {
            throw ApiException.InvalidJson($"The body is not what this call takes: {e.Message}");
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Path}: the caller is gone (request {Request})")]
    private static partial void LogCallerGone(ILogger logger, string path, string request);
}
