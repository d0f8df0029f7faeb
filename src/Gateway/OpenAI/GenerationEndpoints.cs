using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Selection;
using Godwit.Gateway.Selection.Reading;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.OpenAI;

/// <summary>
/// <c>POST</c> of chat completions, completions, embeddings, <c>/tokenize</c> and <c>/detokenize</c>: checked here, answered by a worker.
/// </summary>
internal static class GenerationEndpoints
{
    public static void MapGenerations(this WebApplication app)
    {
        Map(app, "/v1/chat/completions", "chat_completions");
        Map(app, "/v1/completions", "completions");
        Map(app, "/v1/embeddings", "embeddings", generates: false);
        Map(app, "/tokenize", "tokenize", generates: false, wantsModel: false);
        Map(app, "/detokenize", "detokenize", generates: false, wantsModel: false);
    }

    private static void Map(WebApplication app, string path, string endpoint, bool generates = true, bool wantsModel = true) => app.MapPost(
        path,
        async (
            HttpContext context,
            GenerationForwarder forwarder,
            SelectingForwarder selecting,
            InstanceRegistry registry,
            RequestMetrics metrics,
            IOptions<OpenAIOptions> options) =>
        {
            try
            {
                string status = await HandleAsync(context, path, generates, wantsModel, forwarder, selecting, registry, options.Value);
                metrics.Count(endpoint, status);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                metrics.Count(endpoint, RequestMetrics.ClientClosed);
            }
        });

    private static async Task<string> HandleAsync(
        HttpContext context,
        string path,
        bool generates,
        bool wantsModel,
        GenerationForwarder forwarder,
        SelectingForwarder selecting,
        InstanceRegistry registry,
        OpenAIOptions options)
    {
        (RequestBody? body, ApiError? error) = await RequestBody.ReadAsync(context, options.MaxBodyBytes);
        using (body)
        {
            GenerationCall? call = null;
            bool hasWishes = SelectionHeaderReader.AreIn(context.Request.Headers);
            if (body is not null)
            {
                string? otherwise = !wantsModel ? OnlyModel(registry.Current) : hasWishes ? AutoModels.Name : null;
                (call, error) = GenerationCallReader.Read(body.Bytes.Span, otherwise);
                call = generates ? call : call?.WithoutGeneration();
            }

            if (call is not null && SelectingForwarder.Concerns(call))
            {
                return await selecting.ForwardAsync(context, path, call, body!);
            }

            error ??= Unavailable(registry.Current, call!.Model);
            if (error is not null)
            {
                await ApiErrors.WriteAsync(context, error);
                return error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return call!.HasGodwit || hasWishes
                ? await selecting.ForwardNamedAsync(context, path, call, body!)
                : await forwarder.ForwardAsync(context, path, call, body!);
        }
    }

    /// <summary>Why nobody can answer for a model; null when somebody can.</summary>
    internal static ApiError? Unavailable(RegistrySnapshot snapshot, string model) =>
        !snapshot.IsComplete ? ApiError.Overloaded("The gateway does not know its instances yet; try again in a moment.")
        : !snapshot.Models.ContainsKey(model) ? ApiError.ModelNotFound(model)
        : snapshot.OfModel(model).Count == 0 ? ApiError.Overloaded($"No instance of the model '{model}' is alive at the moment.")
        : null;

    private static string? OnlyModel(RegistrySnapshot snapshot) => snapshot.Models.Count == 1 ? snapshot.Models.Keys.Single() : null;
}
