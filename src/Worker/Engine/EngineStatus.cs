namespace Godwit.Worker.Engine;

/// <summary>The engine's load after its last step: a snapshot.</summary>
/// <param name="KvBlocksUsed">KV blocks held by sequences.</param>
/// <param name="KvBlocksTotal">KV blocks of the pool.</param>
/// <param name="KvBlocksCached">KV blocks that nobody holds, kept for prompts that begin the same way; available to everybody.</param>
/// <param name="KvBlocksWaiting">KV blocks that the waiting sequences need to begin.</param>
/// <param name="SequencesRunning">Sequences in the fused batch.</param>
/// <param name="SequencesWaiting">Sequences that wait for blocks or a place.</param>
/// <param name="RequestsRunning">Requests with a sequence in the fused batch.</param>
/// <param name="RequestsWaiting">Requests none of whose sequences run.</param>
/// <param name="Totals">What was done so far.</param>
internal readonly record struct EngineStatus(
    int KvBlocksUsed,
    int KvBlocksTotal,
    int KvBlocksCached,
    int KvBlocksWaiting,
    int SequencesRunning,
    int SequencesWaiting,
    int RequestsRunning,
    int RequestsWaiting,
    EngineTotals Totals);
