using System.Text.Json.Serialization;
using Godwit.Contracts.Instances;

namespace Godwit.Scheduler.Cluster;

/// <summary>Answer of <c>GET /instances</c>.</summary>
/// <param name="Complete">Redis has been read at least once.</param>
/// <param name="Instances">The living instances, by id.</param>
internal sealed record InstanceListing(bool Complete, IReadOnlyList<InstanceEntry> Instances);

/// <summary>One living instance.</summary>
/// <param name="Registration">What does not change in its life.</param>
/// <param name="Status">Its last known load.</param>
/// <param name="Suspect">It has no lease, but still answers.</param>
/// <param name="HeartbeatAgeMs">Milliseconds since that heartbeat was first seen here.</param>
internal sealed record InstanceEntry(InstanceRegistration Registration, InstanceStatus Status, bool Suspect, long HeartbeatAgeMs);

/// <summary>JSON of the Scheduler's own answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceListing))]
internal sealed partial class ClusterJson : JsonSerializerContext;
