using System.Collections.Concurrent;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>All requests that this Gateway owns now.</summary>
internal sealed class OwnedRequests
{
    private readonly ConcurrentDictionary<string, OwnedRequest> _requests = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _requests.Count;

    /// <summary>Owns a request until the returned object is disposed.</summary>
    public IDisposable Enter(OwnedRequest request)
    {
        _requests[request.Id] = request;
        return new Entry(this, request);
    }

    /// <summary>Every request with every worker that may hold it.</summary>
    public IEnumerable<(OwnedRequest Request, Holder Holder)> All() =>
        _requests.Values.SelectMany(request => request.Holders.Select(holder => (request, holder)));

    private sealed class Entry(OwnedRequests requests, OwnedRequest request) : IDisposable
    {
        public void Dispose() => requests._requests.TryRemove(KeyValuePair.Create(request.Id, request));
    }
}
