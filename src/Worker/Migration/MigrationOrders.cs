using System.Threading.Channels;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>Carries out the Scheduler's orders to move requests away, one move after the other.</summary>
internal sealed partial class MigrationOrders(
    MigrationParts parts,
    PeerConnections peers,
    MovableRequests movable,
    IOptions<MigrationOptions> options,
    ILogger<MigrationOrders> logger)
    : BackgroundService
{
    /// <summary>Orders remembered, so that one that comes twice is done once.</summary>
    private const int Remembered = 4096;

    /// <summary>How often a destination that is at another move is asked again, and how long to wait before.</summary>
    private const int MaxAttempts = 10;
    private const int WorkerBits = 20;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _seenInOrder = new();
    private readonly Channel<MigrationOrder> _orders =
        Channel.CreateBounded<MigrationOrder>(new BoundedChannelOptions(options.Value.MaxOrders) { SingleReader = true });

    /// <summary>
    /// The number of the last move. Its lowest bits are this worker's own, and those above go on from the clock: unlike the numbers of
    /// other workers, and above those of an earlier life of this one.
    /// </summary>
    private long _move = (parts.Time.GetUtcNow().ToUnixTimeMilliseconds() << WorkerBits) + Random.Shared.Next(1 << WorkerBits);

    /// <summary>Takes an order; one that was seen already is done once.</summary>
    /// <exception cref="ApiException">404: its request does not run here; 503: too many wait already.</exception>
    public void Take(MigrationOrder order)
    {
        if (order.Request is { } request && parts.Requests.Find(request)?.IsAlive != true)
        {
            throw new ApiException(ApiError.Invalid($"No request {request} runs here.", null, ApiErrorCodes.RequestNotFound, 404));
        }

        lock (_lock)
        {
            if (_seen.Contains(order.Order))
            {
                return;
            }

            if (!_orders.Writer.TryWrite(order))
            {
                throw new ApiException(ApiError.Overloaded("Too many orders wait already."));
            }

            _seen.Add(order.Order);
            _seenInOrder.Enqueue(order.Order);
            if (_seenInOrder.Count > Remembered)
            {
                _seen.Remove(_seenInOrder.Dequeue());
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (MigrationOrder order in _orders.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await CarryOutAsync(order, stoppingToken);
            }
#pragma warning disable CA1031 // The next order has nothing to do with what went wrong with this one.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(logger, order.Order, error);
            }
        }
    }

    private async Task CarryOutAsync(MigrationOrder order, CancellationToken stopping)
    {
        var tried = new HashSet<string>();
        for (int moved = 0; moved < Math.Max(1, order.Count);)
        {
            RequestSlot? slot = order.Request is { } request
                ? parts.Requests.Find(request)
                : await movable.ChooseAsync(order, tried);
            if (slot is null || !tried.Add(slot.Id))
            {
                return;
            }

            (MoveOutcome? outcome, string? refusal) = await MoveAsync(order, slot, stopping);
            LogMoved(logger, order.Order, slot.Id, order.Destination.Id, outcome, refusal);
            if (outcome is MoveOutcome.PeerLost or MoveOutcome.TimedOut || (refusal is not null && refusal != OutgoingMove.NotMovable))
            {
                // What the destination said, it would say of the next one too: the least that there is was tried.
                return;
            }

            moved += outcome == MoveOutcome.Offered ? 1 : 0;
        }
    }

    // Null: it could not even be begun.
    private async Task<(MoveOutcome? Outcome, string? Refusal)> MoveAsync(
        MigrationOrder order, RequestSlot slot, CancellationToken stopping)
    {
        for (int attempt = 1; ; attempt++)
        {
            OutgoingMove move;
            await parts.Gate.EnterAsync(stopping);
            try
            {
                if (slot.Movable is not { } running || running.Request.Generation is null)
                {
                    return (null, null);
                }

                move = new OutgoingMove(_move += 1L << WorkerBits, parts, peers, slot, running.Request, running.Epoch, order);
                if (!slot.TryOrder(move))
                {
                    return (null, null);
                }

                MoveOutcome outcome = await move.Outcome.WaitAsync(stopping);
                if (outcome != MoveOutcome.Refused || move.Refusal != BlocksEndpoint.Busy || attempt == MaxAttempts)
                {
                    return (outcome, move.Refusal);
                }
            }
            finally
            {
                parts.Gate.Leave();
            }

            // Two workers that move requests to each other shall not ask at the same time again and again.
            await Task.Delay(LongestPause * Random.Shared.NextDouble(), parts.Time, stopping);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Order {Order}: request {Request} to {Destination}: {Outcome} {Refusal}")]
    private static partial void LogMoved(
        ILogger logger, string order, string request, string destination, MoveOutcome? outcome, string? refusal);

    [LoggerMessage(2, LogLevel.Error, "Order {Order} failed")]
    private static partial void LogFailed(ILogger logger, string order, Exception error);
}
