using Godwit.Contracts.Frames;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Decisions;

/// <summary>The latest dispatches by request, for <c>explain</c>. Bounded; the oldest go first.</summary>
internal sealed class DecisionIndex(IOptions<DecisionOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, DispatchDecided> _byRequest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byPublicId = new(StringComparer.Ordinal);

    /// <summary>Notes a dispatch. A request's first one stays: later ones are recoveries, which its trail tells of.</summary>
    public void Add(DispatchDecided decided)
    {
        string request = decided.Inputs.Question.Request;
        lock (_gate)
        {
            if (!_byRequest.TryAdd(request, decided))
            {
                return;
            }

            _order.Enqueue(request);
            if (RequestIdTail.PublicPartOf(request) is { } publicId)
            {
                _byPublicId[publicId] = request;
            }

            if (_order.Count > options.Value.Capacity)
            {
                Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The first dispatch of a request, or null.</summary>
    public DispatchDecided? Find(string request)
    {
        lock (_gate)
        {
            return _byRequest.GetValueOrDefault(request);
        }
    }

    /// <summary>The id inside the cluster of the latest request that a client gave this id, or the id itself.</summary>
    public string Resolve(string id)
    {
        lock (_gate)
        {
            return _byRequest.ContainsKey(id) ? id : _byPublicId.GetValueOrDefault(RequestIdTail.CutForTail(id), id);
        }
    }

    private void Remove(string request)
    {
        _byRequest.Remove(request);
        if (RequestIdTail.PublicPartOf(request) is { } publicId && _byPublicId.GetValueOrDefault(publicId) == request)
        {
            _byPublicId.Remove(publicId);
        }
    }
}
