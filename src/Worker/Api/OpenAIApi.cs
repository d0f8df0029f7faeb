using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Api.Embeddings;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Api.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Godwit.Worker.Api;

/// <summary>The OpenAI API of a worker. The host also registers the <see cref="ServedModel"/>.</summary>
internal static class OpenAIApi
{
    /// <summary>Adds what <see cref="MapOpenAIApi"/> needs, but for the <see cref="ServedModel"/>.</summary>
    public static IServiceCollection AddOpenAIApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EpochGuard>();
        services.AddServing();
        services.TryAddSingleton<ApiFailures>();
        services.TryAddSingleton<ApiCalls>();
        services.TryAddSingleton<CallPreparation>();
        services.TryAddSingleton<GenerationEndpoint>();
        services.TryAddSingleton<EmbeddingEndpoint>();
        services.TryAddSingleton<TokenEndpoints>();
        return services;
    }

    /// <summary>Maps <c>/v1</c>: models, chat completions, completions, embeddings; anything else below it is an error in OpenAI's shape.
    /// And vLLM's <c>/tokenize</c> and <c>/detokenize</c>.</summary>
    public static WebApplication MapOpenAIApi(this WebApplication app)
    {
        MapOnly(app, "/v1/chat/completions", HttpMethods.Post, context => Generate(context, ApiKind.Chat));
        MapOnly(app, "/v1/completions", HttpMethods.Post, context => Generate(context, ApiKind.Text));
        MapOnly(app, "/v1/embeddings", HttpMethods.Post, Embed);
        MapOnly(app, "/v1/models", HttpMethods.Get, ListModels);
        MapOnly(app, "/v1/models/{**id}", HttpMethods.Get, GetModel);
        MapOnly(app, "/tokenize", HttpMethods.Post, context => TokensOf(context).TokenizeAsync(context));
        MapOnly(app, "/detokenize", HttpMethods.Post, context => TokensOf(context).DetokenizeAsync(context));
        app.Map("/v1/{**path}", UnknownPath);
        return app;
    }

    private static void MapOnly(WebApplication app, string path, string method, RequestDelegate handler)
    {
        app.MapMethods(path, [method], handler);
        app.Map(path, (RequestDelegate)(context =>
        {
            context.Response.Headers.Allow = method;
            return ApiErrors.WriteAsync(context, ApiError.Invalid(
                $"{context.Request.Method} is not allowed here; use {method}.", null, ApiErrorCodes.MethodNotAllowed, 405));
        }));
    }

    private static Task Generate(HttpContext context, ApiKind kind) =>
        context.RequestServices.GetRequiredService<GenerationEndpoint>().HandleAsync(context, kind);

    private static Task Embed(HttpContext context) => context.RequestServices.GetRequiredService<EmbeddingEndpoint>().HandleAsync(context);

    private static TokenEndpoints TokensOf(HttpContext context) => context.RequestServices.GetRequiredService<TokenEndpoints>();

    private static Task ListModels(HttpContext context)
    {
        ServedModel model = context.RequestServices.GetRequiredService<ServedModel>();
        SetHeaders(context, model);
        return context.Response.WriteAsJsonAsync(
            new ModelListObject("list", [ObjectOf(model)]),
            ContractsJson.Default.ModelListObject,
            cancellationToken: context.RequestAborted);
    }

    private static Task GetModel(HttpContext context)
    {
        ServedModel model = context.RequestServices.GetRequiredService<ServedModel>();
        SetHeaders(context, model);
        string id = context.GetRouteValue("id") as string ?? "";
        return id == model.Id
            ? context.Response.WriteAsJsonAsync(
                ObjectOf(model), ContractsJson.Default.ModelObject, cancellationToken: context.RequestAborted)
            : ApiErrors.WriteAsync(context, ApiError.ModelNotFound(id));
    }

    private static void SetHeaders(HttpContext context, ServedModel model)
    {
        context.Response.Headers[InternalHeaders.RequestId] = RequestIdentity.ReadId(context.Request.Headers);
        context.Response.Headers[InternalHeaders.Instance] = model.Instance;
    }

    private static ModelObject ObjectOf(ServedModel model) =>
        new(model.Id, "model", model.Created, "godwit", model.ContextLength, model.WeightsDigest);

    private static Task UnknownPath(HttpContext context) =>
        ApiErrors.WriteAsync(context, ApiError.Invalid(
            $"There is no {context.Request.Path} here.", null, ApiErrorCodes.NotFound, 404));
}
