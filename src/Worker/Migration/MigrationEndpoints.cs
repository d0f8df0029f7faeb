using Godwit.Contracts;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Migration;

/// <summary>The Scheduler's orders to move requests away, and the end of a move at its source.</summary>
internal sealed class MigrationEndpoints(
    InternalCalls calls, LeaderEpochs leaders, MigrationOrders orders, RequestTable requests, Failpoint failpoint)
{
    /// <summary>Takes an order; it is carried out on its own.</summary>
    public Task OrderAsync(HttpContext context) => calls.HandleAsync(
        context,
        ContractsJson.Default.MigrationOrder,
        order => order.Request ?? "",
        (answer, order) =>
        {
            ServingEndpoints.Require(
                !string.IsNullOrEmpty(order.Order)
                    && order is { Reason: not null, Destination: { Id: not null, BootId: not null, Address: not null } }
                    && Uri.TryCreate(order.Destination.Address, UriKind.Absolute, out _));
            ServingEndpoints.RequireLeader(leaders, order.LeaderEpoch);
            orders.Take(order);
            return InternalCalls.DoneAsync(answer, StatusCodes.Status202Accepted);
        });

    /// <summary>Forgets a request that goes on elsewhere.</summary>
    public Task ReleaseAsync(HttpContext context) => calls.HandleAsync(
        context,
        ContractsJson.Default.RequestEpoch,
        released => released.Request ?? "",
        (answer, released) =>
        {
            ServingEndpoints.Require(!string.IsNullOrEmpty(released.Request));
            if (!failpoint.Drops("release"))
            {
                requests.Handle(released.Request!, new WorkerEvent.Release(released.Epoch));
            }

            return InternalCalls.DoneAsync(answer);
        });
}
