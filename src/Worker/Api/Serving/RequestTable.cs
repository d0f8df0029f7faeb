using Godwit.Contracts.Migration;
using Godwit.Worker.Engine;
using Godwit.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Api.Serving;

/// <summary>The requests of Gateways that this worker has to do with, or had lately.</summary>
internal sealed partial class RequestTable(ServedModel model, ServedLimits limits, TimeProvider time, ILogger<RequestTable> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RequestSlot> _slots = [];
    private readonly long _origin = time.GetTimestamp();
    private long _streams;

    /// <summary>Monotonic time since this worker began.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>What all requests share.</summary>
    public ServedLimits Limits { get; } = limits;

    /// <summary>Requests that run, are parked or are held ready here.</summary>
    public int Count => Slots.Count(slot => slot.IsAlive);

    /// <summary>All of them, those that are only remembered included.</summary>
    public IReadOnlyList<RequestSlot> Slots
    {
        get
        {
            lock (_lock)
            {
                return [.. _slots.Values];
            }
        }
    }

    /// <summary>Has the engine begin with a request.</summary>
    public Generation Submit(GenerationRequest request) => model.Submit(request);

    /// <summary>The request, if anything is known of it.</summary>
    public RequestSlot? Find(string request)
    {
        lock (_lock)
        {
            return _slots.GetValueOrDefault(request);
        }
    }

    /// <summary>Hands an event to a request's machine, which comes to be if need be.</summary>
    public RequestSlot Handle(string request, WorkerEvent happened, GatewayCall? call = null, IRequestMove? move = null)
    {
        while (true)
        {
            RequestSlot? slot;
            lock (_lock)
            {
                if (!_slots.TryGetValue(request, out slot))
                {
                    _slots[request] = slot = new RequestSlot(request, this);
                }
            }

            if (slot.TryHandle(happened, call, move))
            {
                return slot;
            }
        }
    }

    /// <summary>A call that brings or resumes a request.</summary>
    /// <param name="begin">What it begins with; null: it goes on with what is here.</param>
    /// <param name="start">Where its frames begin.</param>
    public GatewayCall NewCall(ServedCall? begin, StreamStart start) => new(Interlocked.Increment(ref _streams), begin, start);

    /// <summary>Takes note of what a Gateway has of its requests.</summary>
    public AckReply Acknowledge(AckBatch batch) =>
        new([.. batch.Acks.Where(ack => Find(ack.Request)?.Acknowledge(ack) != true).Select(ack => ack.Request)]);

    /// <summary>Ends what is overdue, and forgets what is over.</summary>
    public void Tick()
    {
        foreach (RequestSlot slot in Slots)
        {
            if (slot.Tick())
            {
                lock (_lock)
                {
                    _slots.Remove(slot.Id);
                }
            }
        }
    }

    /// <summary>An action could not be carried out.</summary>
    public void LogAction(string request, WorkerAction action, Exception error) =>
        LogAction(logger, request, action.GetType().Name, error);

    /// <summary>A request was given up because its Gateway was silent.</summary>
    public void LogDropped(string request, DropCause cause) => LogDropped(logger, request, cause);

    [LoggerMessage(1, LogLevel.Error, "Request {Request}: {Action} could not be carried out")]
    private static partial void LogAction(ILogger logger, string request, string action, Exception error);

    [LoggerMessage(2, LogLevel.Debug, "Request {Request} ended here: {Cause}")]
    private static partial void LogDropped(ILogger logger, string request, DropCause cause);
}
