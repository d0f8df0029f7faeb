using System.Collections.Concurrent;
using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>All requests that this Gateway owns now.</summary>
internal sealed class OwnedRequests
{
    private readonly ConcurrentDictionary<string, RequestOwner> _requests = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _requests.Count;

    /// <summary>Owns a request until the returned object is disposed.</summary>
    public IDisposable Enter(RequestOwner request)
    {
        _requests[request.Request] = request;
        return new Entry(this, request);
    }

    /// <summary>The request with that id, if it is owned here.</summary>
    public RequestOwner? Find(string request) => _requests.GetValueOrDefault(request);

    /// <summary>What is to be acknowledged, by worker.</summary>
    public Dictionary<MigrationPeer, List<RequestAck>> Acks()
    {
        List<(MigrationPeer Instance, RequestAck Ack)> acks = [];
        foreach ((_, RequestOwner request) in _requests)
        {
            request.AddAcks(acks);
        }

        return acks.GroupBy(ack => ack.Instance, ack => ack.Ack).ToDictionary(group => group.Key, group => group.ToList());
    }

    private sealed class Entry(OwnedRequests requests, RequestOwner request) : IDisposable
    {
        public void Dispose() => requests._requests.TryRemove(KeyValuePair.Create(request.Request, request));
    }
}
