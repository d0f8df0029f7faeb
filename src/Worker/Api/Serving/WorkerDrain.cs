namespace Godwit.Worker.Api.Serving;

/// <summary>Whether this worker takes new requests. Any thread may ask and say.</summary>
internal sealed class WorkerDrain
{
    private volatile bool _isDraining;

    /// <summary>Nothing new is taken; what runs goes on, or is moved away.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }
}
