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
public sealed record InstanceStatus(
    string BootId,
    long Heartbeat,
    InstanceState State,
    int KvBlocksUsed,
    int KvBlocksTotal,
    int KvBlocksWaiting,
    int SequencesRunning,
    int SequencesWaiting);
