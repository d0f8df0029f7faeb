namespace Godwit.Contracts.Instances;

/// <summary>Whether an instance takes new requests.</summary>
public enum InstanceState
{
    /// <summary>It takes new requests.</summary>
    Ready,

    /// <summary>It finishes what it has and takes nothing new.</summary>
    Draining,

    /// <summary>It was draining and has nothing left.</summary>
    Empty,
}
