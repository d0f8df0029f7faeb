using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Explain;

/// <summary><c>GET /explain/{x-request-id}</c>.</summary>
internal static class ExplainEndpoints
{
    // The log may have forgotten what the trail remembers.
    private const string Unknown = "unknown";

    public static void AddExplain(this IServiceCollection services)
    {
        services.AddSingleton<TrailStore>();
        services.AddSingleton<RequestLookup>();
    }

    public static void MapExplain(this WebApplication app) => app.MapGet("/explain/{id}", ExplainAsync);

    private static async Task ExplainAsync(HttpContext context, string id, RequestLookup requests)
    {
        (KnownRequest? known, ApiError? error) = await requests.FindAsync(id, searchLog: true, context.RequestAborted);
        await (error is null
            ? AdminCall.AnswerAsync(context, StatusCodes.Status200OK, Explain(known!), ExplainJson.Default.Explanation)
            : AdminCall.AnswerAsync(context, error));
    }

    private static Explanation Explain(KnownRequest known)
    {
        // A trail that names a policy is of a Gateway that did not wait for our answer.
        DispatchExplanation dispatch = known is { Dispatch: { } decided, Trail: null or { Dispatch: null } }
            ? new DispatchExplanation(decided.Plan.Instance!, decided.Plan.Policy, decided.Inputs)
            : new DispatchExplanation(FirstInstance(known), known.Trail!.Dispatch ?? Unknown, Inputs: null);
        return new Explanation(
            known.Request,
            known.Trail?.Model ?? known.Dispatch!.Inputs.Instances[0].Model,
            dispatch,
            known.Trail?.Moves ?? [],
            known.Trail?.Recoveries ?? []);
    }

    // Whoever it left first, at the lowest epoch.
    private static string FirstInstance(KnownRequest known) => known.Trail!.Moves
        .Select(move => (move.Epoch, move.From))
        .Concat(known.Trail.Recoveries.Select(recovery => (recovery.Epoch, recovery.From)))
        .OrderBy(left => left.Epoch)
        .Select(left => left.From)
        .FirstOrDefault(known.Trail.Instance);
}
