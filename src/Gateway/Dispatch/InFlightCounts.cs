using System.Collections.Concurrent;

namespace Godwit.Gateway.Dispatch;

/// <summary>How many requests this Gateway has at each instance right now.</summary>
internal sealed class InFlightCounts
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Of(string instance) => _counts.GetValueOrDefault(instance);

    /// <summary>Counts a request until the returned object is disposed.</summary>
    public IDisposable Enter(string instance)
    {
        _counts.AddOrUpdate(instance, 1, static (_, count) => count + 1);
        return new Entry(this, instance);
    }

    private void Leave(string instance)
    {
        if (_counts.AddOrUpdate(instance, 0, static (_, count) => count - 1) == 0)
        {
            _counts.TryRemove(KeyValuePair.Create(instance, 0));
        }
    }

    private sealed class Entry(InFlightCounts counts, string instance) : IDisposable
    {
        private InFlightCounts? _counts = counts;

        public void Dispose() => Interlocked.Exchange(ref _counts, null)?.Leave(instance);
    }
}
