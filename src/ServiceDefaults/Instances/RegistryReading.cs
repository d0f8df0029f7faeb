using Godwit.Contracts.Instances;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>What Redis said in one reading.</summary>
/// <param name="Registrations">Well-formed entries of the hash, by instance.</param>
/// <param name="Leases">Living leases of the instances asked for, by instance.</param>
internal sealed record RegistryReading(
    IReadOnlyDictionary<string, InstanceRegistration> Registrations,
    IReadOnlyDictionary<string, InstanceStatus> Leases);
