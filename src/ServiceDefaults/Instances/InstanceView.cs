using Godwit.Contracts.Instances;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>One instance as a reader of the registry sees it.</summary>
/// <param name="Registration">What does not change in its life.</param>
/// <param name="Status">Its last known load.</param>
/// <param name="ObservedAt">Timestamp (<see cref="TimeProvider.GetTimestamp"/>) when this heartbeat was first seen here.</param>
/// <param name="Suspect">Its lease has run out or could not be read, but it still answers.</param>
public sealed record InstanceView(InstanceRegistration Registration, InstanceStatus Status, long ObservedAt, bool Suspect)
{
    /// <summary>Its id.</summary>
    public string Id => Registration.Id;

    /// <summary>It takes new requests.</summary>
    public bool IsReady => Status.State == InstanceState.Ready;
}
