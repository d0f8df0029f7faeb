using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Dispatch;

/// <summary><c>POST /dispatch</c>: which instance each of a batch of requests goes to.</summary>
internal static class DispatchEndpoints
{
    private const int MaxItems = 256;

    public static void AddDispatch(this IServiceCollection services)
    {
        services.AddFeatureOptions<DispatchOptions>(DispatchOptions.Section);
        services.AddSingleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>();
        services.AddSingleton<Dispatcher>();
    }

    public static void MapDispatch(this WebApplication app) => app.MapPost("/dispatch", DispatchAsync);

    private static async Task DispatchAsync(HttpContext context, Dispatcher dispatcher)
    {
        DispatchRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, ContractsJson.Default.DispatchRequest, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await ApiErrors.WriteAsync(context, ApiError.Invalid($"The body is no dispatch request: {e.Message}", code: ApiErrorCodes.InvalidJson));
            return;
        }

        if (Refusal(request) is { } refusal)
        {
            await ApiErrors.WriteAsync(context, refusal);
            return;
        }

        await context.Response.WriteAsJsonAsync(
            dispatcher.Dispatch(request!), ContractsJson.Default.DispatchResponse, contentType: null, context.RequestAborted);
    }

    private static ApiError? Refusal(DispatchRequest? request) => request switch
    {
        null or { Requests: null } => ApiError.Invalid("'requests' is missing.", "requests", ApiErrorCodes.MissingField),
        { Requests.Count: > MaxItems } => ApiError.Invalid(
            $"{request.Requests.Count} requests in one call; at most {MaxItems} are allowed.", "requests", ApiErrorCodes.InvalidValue),
        _ => request.Requests.Select(Refusal).FirstOrDefault(refusal => refusal is not null),
    };

    private static ApiError? Refusal(DispatchItem? item, int index) => item switch
    {
        null or { Request: null } or { Model: null } or { Exclude: null } => ApiError.Invalid(
            "Every request needs 'request', 'model' and 'exclude'.", $"requests[{index}]", ApiErrorCodes.MissingField),
        { PromptTokens: < 0 } or { MaxTokens: < 0 } => ApiError.Invalid(
            "Numbers of tokens cannot be negative.", $"requests[{index}]", ApiErrorCodes.InvalidValue),
        _ => null,
    };
}
