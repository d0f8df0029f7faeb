using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Serving;

/// <summary>
/// The requests of Gateways that this worker has to do with: of each at most one that it serves (it runs or is parked) and one that it
/// holds ready for a move. Of two the higher epoch counts, and voids the other.
/// </summary>
internal sealed partial class ServedRequests(
    ServedModel model, EpochGuard epochs, ServedLimits limits, ILogger<ServedRequests> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServedRequest> _served = [];
    private readonly Dictionary<string, ServedRequest> _held = [];

    /// <summary>Requests that it serves or holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _served.Count + _held.Count;
            }
        }
    }

    /// <summary>Those that run or are parked.</summary>
    public IReadOnlyList<ServedRequest> Served
    {
        get
        {
            lock (_lock)
            {
                return [.. _served.Values];
            }
        }
    }

    /// <summary>404: no such request.</summary>
    public static ApiException NotFound(string request) => new(ApiError.Invalid(
        $"No request {request} runs, is parked or is held ready here.", null, ApiErrorCodes.RequestNotFound, 404));

    /// <summary>Begins with a request, or begins it again; its epoch was admitted.</summary>
    /// <param name="call">The request.</param>
    /// <param name="from">Per choice what its Gateway has already, when it began elsewhere.</param>
    /// <exception cref="ApiException">409: its epoch is not above that of what runs here; 503: no room.</exception>
    public ServedRequest Start(ServedCall call, IReadOnlyList<int>? from = null)
    {
        var request = new ServedRequest(call, call.Ticket.Epoch, from, ServedState.Running, limits);
        if (!TryEnter(_served, request))
        {
            request.End();
            throw new ApiException(ApiError.Invalid(
                $"Request {request.Id} runs here with epoch {request.Epoch} or a higher one.", null, ApiErrorCodes.StaleEpoch, 409));
        }

        VoidHeld(request.Id, request.Epoch);
        try
        {
            Generation generation = model.Submit(call.Prepared.Request);
            request.Begin(generation);
            return request;
        }
        catch
        {
            request.End();
            throw;
        }
    }

    /// <summary>Holds a request ready that is on its way here; false: one with this epoch or a higher one is here.</summary>
    public bool TryHold(ServedRequest request)
    {
        ServedRequest? served = Find(request.Id);
        return (served is null || served.State == ServedState.Parked || served.Epoch < request.Epoch) && TryEnter(_held, request);
    }

    /// <summary>A request that was held runs from now on; what this worker had of it before is void.</summary>
    public void Serve(ServedRequest request)
    {
        ServedRequest? former;
        lock (_lock)
        {
            if (_held.GetValueOrDefault(request.Id) == request)
            {
                _held.Remove(request.Id);
            }

            former = _served.GetValueOrDefault(request.Id);
            _served[request.Id] = request;
        }

        if (former != request)
        {
            former?.End();
        }
    }

    /// <summary>The request that runs or is parked here.</summary>
    public ServedRequest? Find(string request)
    {
        lock (_lock)
        {
            return _served.GetValueOrDefault(request);
        }
    }

    /// <summary>The request that is held ready here.</summary>
    public ServedRequest? FindHeld(string request)
    {
        lock (_lock)
        {
            return _held.GetValueOrDefault(request);
        }
    }

    /// <summary>Takes note of what a Gateway has of its requests.</summary>
    public void Acknowledge(AckBatch batch)
    {
        foreach (RequestAck ack in batch.Acks)
        {
            Find(ack.Request)?.Acknowledge(ack.Epoch, ack.Next);
            FindHeld(ack.Request)?.Acknowledge(ack.Epoch, ack.Next);
        }
    }

    /// <summary>Forgets a parked request: it goes on elsewhere.</summary>
    public void Release(RequestEpoch released)
    {
        if (Find(released.Request) is { State: ServedState.Parked } parked && parked.Epoch <= released.Epoch)
        {
            parked.End();
        }
    }

    /// <summary>Forgets a request whatever its state, and refuses later calls for it.</summary>
    public void Cancel(RequestEpoch cancelled)
    {
        epochs.Cancel(cancelled.Request, cancelled.Epoch);
        Find(cancelled.Request)?.End();
        FindHeld(cancelled.Request)?.End();
    }

    /// <summary>A request with this epoch begins or goes on here: what is held of it under a lower one is void.</summary>
    public void VoidHeld(string request, int epoch)
    {
        if (FindHeld(request) is { } held && held.Epoch < epoch)
        {
            held.End();
        }
    }

    /// <summary>Cancels those whose Gateways have been silent for too long.</summary>
    public void CancelSilent()
    {
        long now = limits.Time.GetTimestamp();
        ServedRequest[] all;
        lock (_lock)
        {
            all = [.. _served.Values, .. _held.Values];
        }

        foreach (ServedRequest request in all)
        {
            if (request.IsSilent(now))
            {
                LogSilent(logger, request.Id, request.Epoch, request.State);
                request.End();
            }
        }
    }

    private bool TryEnter(Dictionary<string, ServedRequest> table, ServedRequest request)
    {
        // Before it can be found, and so be ended.
        request.Ended += Leave;
        ServedRequest? former;
        lock (_lock)
        {
            former = table.GetValueOrDefault(request.Id);
            if (former is not null && former.Epoch >= request.Epoch)
            {
                return false;
            }

            table[request.Id] = request;
        }

        former?.End();
        return true;
    }

    private void Leave(ServedRequest request)
    {
        lock (_lock)
        {
            foreach (Dictionary<string, ServedRequest> either in (Dictionary<string, ServedRequest>[])[_served, _held])
            {
                if (either.GetValueOrDefault(request.Id) == request)
                {
                    either.Remove(request.Id);
                }
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Request {Request}, epoch {Epoch} ({State}): no acknowledgement came; cancelled")]
    private static partial void LogSilent(ILogger logger, string request, int epoch, ServedState state);
}
