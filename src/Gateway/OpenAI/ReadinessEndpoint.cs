using System.Text.Json.Serialization;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.OpenAI;

/// <summary>Answer of <c>GET /ready</c>.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Models">Models that an instance takes requests for, sorted.</param>
/// <param name="Missing">What is missing; empty when ready.</param>
internal sealed record Readiness(string Status, IReadOnlyList<string> Models, IReadOnlyList<string> Missing);

/// <summary>JSON of <see cref="Readiness"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class ReadinessJson : JsonSerializerContext;

/// <summary><c>GET /ready</c>: 200 when at least one instance takes requests.</summary>
internal static class ReadinessEndpoint
{
    public static void MapReadiness(this WebApplication app) => app.MapGet("/ready", (HttpContext context, InstanceRegistry registry) =>
    {
        Readiness readiness = Judge(registry.Current);
        int status = readiness.Missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (status != StatusCodes.Status200OK)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return TypedResults.Json(readiness, ReadinessJson.Default.Readiness, statusCode: status);
    });

    private static Readiness Judge(RegistrySnapshot snapshot)
    {
        string[] models = [.. snapshot.Instances
            .Where(instance => instance.IsReady)
            .Select(instance => instance.Registration.Model)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
        string[] missing = models.Length > 0 ? []
            : !snapshot.IsComplete ? ["the registry in Redis has not been read yet"]
            : snapshot.Instances.Count == 0 ? ["no instance is alive"]
            : ["every instance is draining"];
        return new Readiness(missing.Length == 0 ? "ready" : "not_ready", models, missing);
    }
}
