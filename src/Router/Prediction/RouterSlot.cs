namespace Godwit.Router.Prediction;

/// <summary>
/// The router in force. A new one takes its place in one step: who is at work with the old one ends with it, and it is freed behind the
/// last.
/// </summary>
internal sealed class RouterSlot : IDisposable
{
    private volatile RouterModel? _current;

    /// <summary>Raised after another router has come into force.</summary>
    public event Action? Changed;

    /// <summary>The router in force, held for the caller, who disposes it; null: there is none.</summary>
    public RouterModel? Hold()
    {
        while (_current is { } model)
        {
            if (model.TryHold())
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>Puts a router into force, which the slot owns then.</summary>
    public void Put(RouterModel model)
    {
        RouterModel? old = Interlocked.Exchange(ref _current, model);
        old?.Dispose();
        Changed?.Invoke();
    }

    /// <summary>There is no router any more.</summary>
    public void Dispose() => Interlocked.Exchange(ref _current, null)?.Dispose();
}
