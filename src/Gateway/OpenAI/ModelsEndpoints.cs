using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Selection;
using Godwit.Gateway.Selection.Asking;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.OpenAI;

/// <summary>
/// <c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: the models that have, or lately had, an instance, and the names under which one is
/// chosen.
/// </summary>
internal static class ModelsEndpoints
{
    private const string OwnedBy = "godwit";

    public static void MapModels(this WebApplication app)
    {
        app.MapGet("/v1/models", List);
        // An id may contain slashes, as on the Hugging Face hub.
        app.MapGet("/v1/models/{**id}", GetAsync);
    }

    private static IResult List(InstanceRegistry registry, RouterClient router, RequestMetrics metrics)
    {
        metrics.Count("models", StatusCodes.Status200OK);
        ModelObject[] models =
        [
            .. Autos(registry.Current, router),
            .. registry.Current.Models.Values.OrderBy(model => model.Id, StringComparer.Ordinal).Select(Describe),
        ];
        return TypedResults.Json(new ModelListObject("list", models), ContractsJson.Default.ModelListObject);
    }

    private static async Task GetAsync(
        string id, HttpContext context, InstanceRegistry registry, RouterClient router, RequestMetrics metrics)
    {
        if (Autos(registry.Current, router).FirstOrDefault(model => model.Id == id) is { } auto)
        {
            await TypedResults.Json(auto, ContractsJson.Default.ModelObject).ExecuteAsync(context);
        }
        else if (registry.Current.Models.TryGetValue(id, out KnownModel? model))
        {
            await TypedResults.Json(Describe(model), ContractsJson.Default.ModelObject).ExecuteAsync(context);
        }
        else
        {
            await ApiErrors.WriteAsync(context, ApiError.ModelNotFound(id));
        }

        metrics.Count("models", context.Response.StatusCode);
    }

    /// <summary>The names under which a model is chosen, while somebody chooses; any of the models may answer.</summary>
    private static IEnumerable<ModelObject> Autos(RegistrySnapshot snapshot, RouterClient router) =>
        router.IsUp && snapshot.Models.Count > 0
            ? AutoModels.Names.Select(name => new ModelObject(
                name,
                "model",
                snapshot.Models.Values.Max(model => model.Created),
                OwnedBy,
                snapshot.Models.Values.Max(model => model.ContextLength)))
            : [];

    private static ModelObject Describe(KnownModel model) =>
        new(model.Id, "model", model.Created, OwnedBy, model.ContextLength, model.WeightsDigest);
}
