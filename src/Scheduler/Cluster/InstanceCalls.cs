using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.Scheduler.Leadership;
using Godwit.Scheduler.Orders;
using Godwit.Scheduler.Supervision;
using Godwit.ServiceDefaults.Instances;
using Godwit.ServiceDefaults.Redis;

namespace Godwit.Scheduler.Cluster;

/// <summary>What an operator's calls about instances come to: orders to a worker, to the supervisor, or to both.</summary>
internal sealed class InstanceCalls(
    InstanceRegistry registry, OrderClient orders, SupervisorStore supervisors, LeadershipState leadership)
{
    /// <summary>Has workers started; their ids.</summary>
    public async Task<(InstanceIds? Started, ApiError? Error)> StartAsync(StartOrder order, CancellationToken cancellation)
    {
        ApiError? error = order switch
        {
            { Model: null or "" } => ApiError.Invalid("'model' is missing.", "model", ApiErrorCodes.MissingField),
            { Count: < 1 or > StartOrder.MaxCount } => ApiError.Invalid(
                $"'count' must be from 1 to {StartOrder.MaxCount}.", "count", ApiErrorCodes.InvalidValue),
            _ => AdminCall.RefuseUnlessLeading(leadership, out _),
        };
        (SupervisorEntry? supervisor, error) = error is null ? await SupervisorAsync(cancellation) : (null, error);
        if (error is not null)
        {
            return (null, error);
        }

        OrderResult result = await orders.StartAsync(supervisor!, order, cancellation);
        return result.IsTaken && JsonSerializer.Deserialize(result.Body, ContractsJson.Default.InstanceIds) is { } started
            ? (started, null)
            : (null, result.Error ?? ApiError.Server("The supervisor's answer is not what it should be.", ApiErrorCodes.OrderFailed, 502));
    }

    /// <summary>Has a worker drained and then stopped by its supervisor.</summary>
    public async Task<ApiError?> StopAsync(string id, CancellationToken cancellation)
    {
        if (AdminCall.RefuseUnlessLeading(leadership, out long epoch) is { } refusal)
        {
            return refusal;
        }

        InstanceView? view = registry.Current.Find(id);
        (SupervisorEntry? supervisor, ApiError? error) = await SupervisorAsync(cancellation);
        if (error is not null)
        {
            return error;
        }

        // The supervisor first: it stops the worker at a deadline even when the worker takes no order.
        OrderResult stop = await orders.StopAsync(supervisor!, id, cancellation);
        if (!stop.IsTaken)
        {
            return stop.Error!.Code != ApiErrorCodes.InstanceNotFound ? stop.Error
                : view is null ? AdminCall.NoInstance(id)
                : NoSupervisor($"The supervisor did not start '{id}' and cannot stop it; drain it, and stop it where it was started.");
        }

        if (view is not null)
        {
            await orders.DrainAsync(view, new DrainOrder(epoch, Draining: true), cancellation);
        }

        return null;
    }

    /// <summary>Has a worker stop, or begin again, taking requests. Once it does not, <c>MigrationLoop</c> moves away what runs there.</summary>
    public async Task<ApiError?> DrainAsync(string id, bool draining, CancellationToken cancellation)
    {
        if (AdminCall.RefuseUnlessLeading(leadership, out long epoch) is { } refusal)
        {
            return refusal;
        }

        return registry.Current.Find(id) is { } view
            ? (await orders.DrainAsync(view, new DrainOrder(epoch, draining), cancellation)).Error
            : AdminCall.NoInstance(id);
    }

    private async Task<(SupervisorEntry? Supervisor, ApiError? Error)> SupervisorAsync(CancellationToken cancellation)
    {
        try
        {
            return await supervisors.ReadAsync(cancellation) is { } supervisor
                ? (supervisor, null)
                : (null, NoSupervisor("Nobody here starts and stops instances: 'godwit up' does, or whatever runs the workers."));
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            return (null, AdminCall.RedisAway());
        }
    }

    private static ApiError NoSupervisor(string message) => ApiError.Invalid(message, code: ApiErrorCodes.NoSupervisor, status: 409);
}
