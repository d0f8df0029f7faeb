namespace Godwit.Contracts.Instances;

/// <summary>What an instance says of its load with every heartbeat. It is the value of its lease key.</summary>
/// <param name="BootId">The life of the process that wrote it.</param>
/// <param name="Heartbeat">Number of this heartbeat within the life, from 1.</param>
/// <param name="State">Whether it takes new requests.</param>
/// <param name="KvBlocksUsed">KV blocks held by running sequences.</param>
/// <param name="KvBlocksTotal">KV blocks of its pool.</param>
/// <param name="KvBlocksWaiting">KV blocks that the waiting sequences will need.</param>
/// <param name="SequencesRunning">Sequences in the fused batch.</param>
/// <param name="SequencesWaiting">Sequences admitted over HTTP that still wait for blocks or a place.</param>
/// <param name="HeadBlocks">KV blocks that the most urgent of the waiting needs to begin; 0 when none waits.</param>
/// <param name="PreemptedWaiting">Waiting sequences that ran already.</param>
/// <param name="HighRunning">Running sequences of high execution priority (a priority below 0, DESIGN §5.5).</param>
/// <param name="WatermarkBlocks">KV blocks that are kept back for those that run.</param>
/// <param name="Migrations">Moves under way here, in or out.</param>
/// <param name="StepMs">Time of a step lately, milliseconds; 0 when nothing ran.</param>
/// <param name="LeaderEpoch">Highest Scheduler epoch that it has seen.</param>
public sealed record InstanceStatus(
    string BootId,
    long Heartbeat,
    InstanceState State,
    int KvBlocksUsed,
    int KvBlocksTotal,
    int KvBlocksWaiting,
    int SequencesRunning,
    int SequencesWaiting,
    int HeadBlocks = 0,
    int PreemptedWaiting = 0,
    int HighRunning = 0,
    int WatermarkBlocks = 0,
    int Migrations = 0,
    double StepMs = 0,
    long LeaderEpoch = 0);
