using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Leadership;
using Godwit.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace Godwit.Scheduler.Cluster;

/// <summary>What the admin calls have in common: a small JSON body, an answer in JSON, and that only the leader changes anything.</summary>
internal static class AdminCall
{
    /// <summary>
    /// Why this Scheduler must not carry the call out; null when it leads. A standby neither forwards nor redirects: the Gateway finds the
    /// leader by its lease, and a client that follows a redirect would carry the cluster's secret to wherever it points, or lose it.
    /// </summary>
    public static ApiError? RefuseUnlessLeading(LeadershipState leadership, out long epoch)
    {
        epoch = leadership.Epoch ?? 0;
        return epoch > 0 ? null : new ApiError(
            leadership.Leader is { } leader
                ? $"This Scheduler does not lead; the one at {leader.Address} does."
                : "No Scheduler leads at the moment; try again in a few seconds.",
            "server_error",
            Param: null,
            ApiErrorCodes.NotLeader)
        {
            Status = StatusCodes.Status503ServiceUnavailable,
        };
    }

    /// <summary>The body, or what is wrong with it.</summary>
    public static async Task<(T? Body, ApiError? Error)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            T? body = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return body is null
                ? (null, ApiError.Invalid("The body must be a JSON object.", code: ApiErrorCodes.InvalidJson))
                : (body, null);
        }
        catch (JsonException e)
        {
            return (null, ApiError.Invalid($"The body is not what this call takes: {e.Message}", e.Path, ApiErrorCodes.InvalidJson));
        }
    }

    /// <summary>Answers in JSON.</summary>
    public static Task AnswerAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, type, contentType: null, context.RequestAborted);
    }

    /// <summary>Answers with an error.</summary>
    public static Task AnswerAsync(HttpContext context, ApiError error) => ApiErrors.WriteAsync(context, error);

    /// <summary>404 for an instance.</summary>
    public static ApiError NoInstance(string id) => ApiError.Invalid(
        $"There is no instance '{id}'. GET /instances lists those that there are.",
        code: ApiErrorCodes.InstanceNotFound,
        status: StatusCodes.Status404NotFound);

    /// <summary>503 while Redis does not answer.</summary>
    public static ApiError RedisAway() => ApiError.Overloaded("Redis does not answer at the moment; this call needs it.");
}
