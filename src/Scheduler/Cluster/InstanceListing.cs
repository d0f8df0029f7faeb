using System.Text.Json.Serialization;
using Godwit.Contracts.Instances;

namespace Godwit.Scheduler.Cluster;

/// <summary>Answer of <c>GET /instances</c>.</summary>
/// <param name="Data">The living instances, by id.</param>
internal sealed record InstanceListing(IReadOnlyList<InstanceEntry> Data);

/// <summary>One living instance as operators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">What it serves.</param>
/// <param name="Address">Base address of its internal listener.</param>
/// <param name="State"><c>ready</c>, <c>draining</c>, <c>empty</c> or <c>suspect</c> (no lease, but it still answers).</param>
/// <param name="Running">Sequences in its batch.</param>
/// <param name="Waiting">Sequences that wait.</param>
/// <param name="KvBlocksUsed">KV blocks held.</param>
/// <param name="KvBlocksTotal">KV blocks of its pool.</param>
/// <param name="Freeness">Its freeness as migration sees it, always a finite number: see <see cref="Of"/>.</param>
internal sealed record InstanceEntry(
    string Id,
    string Model,
    string Address,
    string State,
    int Running,
    int Waiting,
    int KvBlocksUsed,
    int KvBlocksTotal,
    double Freeness)
{
    /// <summary>
    /// What is shown of an instance. JSON has no infinity: an idle one, whose freeness is endless, shows its free blocks (those of one
    /// request that would run alone), and one that takes nothing, whose freeness has no bottom, all its blocks below zero.
    /// </summary>
    /// <param name="load">Its load.</param>
    /// <param name="address">Its address.</param>
    /// <param name="highTargetTokens">See <see cref="Cluster.Freeness"/>.</param>
    public static InstanceEntry Of(InstanceLoad load, string address, int highTargetTokens)
    {
        double freeness = Cluster.Freeness.ForMigration(load, highTargetTokens);
        return new InstanceEntry(
            load.Id,
            load.Model,
            address,
            load.Suspect ? "suspect" : StateOf(load.State),
            load.Running,
            load.Waiting,
            load.BlocksUsed,
            load.BlocksTotal,
            double.IsPositiveInfinity(freeness) ? load.BlocksAvailable : double.IsNegativeInfinity(freeness) ? -load.BlocksTotal : freeness);
    }

    private static string StateOf(InstanceState state) => state switch
    {
        InstanceState.Ready => "ready",
        InstanceState.Draining => "draining",
        _ => "empty",
    };
}

/// <summary>JSON of the cluster's admin calls.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InstanceListing))]
internal sealed partial class ClusterJson : JsonSerializerContext;
