using CsCheck;
using Godwit.Contracts.Instances;
using Godwit.Scheduler.Cluster;

namespace Godwit.Scheduler.Tests;

/// <summary>Makes loads of instances.</summary>
internal static class TestLoads
{
    /// <summary>Any load that an instance may have, and some that it should not.</summary>
    public static readonly Gen<InstanceLoad> Any = Gen.Select(
        Gen.Int[0, 9],
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 300], Gen.Int[0, 9]),
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 5], Gen.Int[0, 3]),
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 50], Gen.Int[0, 2]),
        Gen.Int[0, 9],
        Gen.Bool,
        (id, blocks, sequences, waiting, state, suspect) => new InstanceLoad(
            $"i{id}", $"boot{id}", "m", "like", (InstanceState)(state < 7 ? 0 : state - 7), suspect && state == 0,
            BlocksTotal: blocks.Item1, BlocksUsed: Math.Min(blocks.Item1, blocks.Item2), WatermarkBlocks: Math.Min(blocks.Item1, blocks.Item3),
            BlocksWaiting: waiting.Item1 + waiting.Item2, HeadBlocks: waiting.Item2, sequences.Item1, sequences.Item2,
            PreemptedWaiting: Math.Min(waiting.Item3, sequences.Item2), HighRunning: Math.Min(sequences.Item3, sequences.Item1),
            Migrations: waiting.Item3 / 2, BlockSizeTokens: 16, ContextLength: 512, StepMs: 10, SentRequests: 0, SentHigh: 0, SentBlocks: 0));

    /// <summary>Up to ten instances.</summary>
    public static readonly Gen<InstanceLoad[]> Cluster = Any.Array[0, 10].Select(loads => loads.DistinctBy(load => load.Id).ToArray());

    /// <summary>An instance with nothing to do.</summary>
    public static InstanceLoad Idle(string id, int total = 100) => new(
        id, $"boot-{id}", "m", "like", InstanceState.Ready, Suspect: false, total, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 512, 0, 0, 0, 0);
}
