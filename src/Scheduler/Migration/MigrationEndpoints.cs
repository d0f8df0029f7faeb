using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Explain;
using Godwit.Scheduler.Leadership;
using Godwit.Scheduler.Orders;
using Godwit.ServiceDefaults.Instances;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Migration;

/// <summary>Moves by themselves, and <c>POST /requests/{id}/migrate</c>.</summary>
internal static class MigrationEndpoints
{
    private const string Operator = "operator";

    public static void AddMigration(this IServiceCollection services)
    {
        services.AddFeatureOptions<MigrationOptions>(MigrationOptions.Section);
        services.AddHostedService<MigrationLoop>();
    }

    public static void MapMigration(this WebApplication app) => app.MapPost("/requests/{id}/migrate", MigrateAsync);

    private static async Task MigrateAsync(
        HttpContext context,
        string id,
        LeadershipState leadership,
        RequestLookup requests,
        InstanceRegistry registry,
        OrderClient orders)
    {
        (MigrateCall? call, ApiError? error) = await AdminCall.ReadAsync(context, MigrateJson.Default.MigrateCall);
        long epoch = 0;
        error ??= call is { Destination: null or "" }
            ? ApiError.Invalid("'destination' is missing.", "destination", ApiErrorCodes.MissingField)
            : AdminCall.RefuseUnlessLeading(leadership, out epoch);
        string? order = null;
        if (error is null)
        {
            (order, error) = await OrderAsync(id, call!.Destination!, epoch, requests, registry.Current, orders, context.RequestAborted);
        }

        await (error is null
            ? AdminCall.AnswerAsync(context, StatusCodes.Status202Accepted, new MigrateAnswer(order!), MigrateJson.Default.MigrateAnswer)
            : AdminCall.AnswerAsync(context, error));
    }

    private static async Task<(string? Order, ApiError? Error)> OrderAsync(
        string id,
        string to,
        long epoch,
        RequestLookup requests,
        RegistrySnapshot snapshot,
        OrderClient orders,
        CancellationToken cancellation)
    {
        (KnownRequest? known, ApiError? error) = await requests.FindAsync(id, searchLog: false, cancellation);
        if (error is not null)
        {
            return (null, error);
        }

        if (snapshot.Find(known!.Instance) is not { } source)
        {
            return (null, ApiError.Invalid(
                $"The request '{id}' was at '{known.Instance}', which does not live.", code: ApiErrorCodes.RequestNotFound, status: 404));
        }

        if (snapshot.Find(to) is not { } destination)
        {
            return (null, AdminCall.NoInstance(to));
        }

        if (Unfit(source, destination) is { } unfit)
        {
            return (null, ApiError.Invalid(unfit, "destination", ApiErrorCodes.DestinationUnfit, StatusCodes.Status409Conflict));
        }

        MigrationOrder order = new(
            MigrationLoop.NewOrder(), epoch, Operator, MigrationLoop.PeerOf(destination), known.Request, Count: 1);
        OrderResult result = await orders.MigrateAsync(source, order, cancellation);
        return (order.Order, result.Error);
    }

    private static string? Unfit(InstanceView source, InstanceView destination)
    {
        (InstanceRegistration from, InstanceRegistration to) = (source.Registration, destination.Registration);
        return from.Id == to.Id ? $"The request is at '{to.Id}' already."
            : !destination.IsReady ? $"'{to.Id}' takes nothing: it is draining."
            : from.Model != to.Model || from.WeightsDigest != to.WeightsDigest ? $"'{to.Id}' serves another model than '{from.Id}'."
            : from.NumericsId != to.NumericsId || from.KvLayout != to.KvLayout
                ? $"'{to.Id}' computes otherwise than '{from.Id}' ({to.NumericsId}, {to.KvLayout}; {from.NumericsId}, {from.KvLayout})."
            : null;
    }
}
