using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Router.Selection;

/// <summary><c>POST /select</c>: which expert a prompt goes to, and why.</summary>
internal static class SelectEndpoints
{
    public static void AddSelection(this IServiceCollection services)
    {
        services.AddFeatureOptions<SelectionOptions>(SelectionOptions.Section);
        services.AddSingleton<SelectMetrics>();
        services.AddSingleton<Selector>();
    }

    public static void MapSelection(this WebApplication app) => app.MapPost(SelectPaths.Select, SelectAsync);

    private static async Task SelectAsync(HttpContext context, Selector selector)
    {
        SelectRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, ContractsJson.Default.SelectRequest, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await ApiErrors.WriteAsync(
                context, ApiError.Invalid($"The body is no select request: {e.Message}", code: ApiErrorCodes.InvalidJson));
            return;
        }

        SelectionOutcome outcome = selector.Select(request);
        if (outcome.Response is not { } response)
        {
            await ApiErrors.WriteAsync(context, outcome.Error!);
            return;
        }

        await context.Response.WriteAsJsonAsync(
            response, ContractsJson.Default.SelectResponse, contentType: null, context.RequestAborted);
    }
}
