namespace Godwit.Worker.Engine;

/// <summary>The engine's load after its last step: a snapshot.</summary>
/// <param name="KvBlocksUsed">KV blocks held by sequences, or kept for some.</param>
/// <param name="KvBlocksTotal">KV blocks of the pool.</param>
/// <param name="KvBlocksCached">KV blocks that nobody holds, kept for prompts that begin the same way; available to everybody.</param>
/// <param name="KvBlocksWaiting">KV blocks that the waiting sequences need to begin.</param>
/// <param name="SequencesRunning">Sequences in the fused batch.</param>
/// <param name="SequencesWaiting">Sequences that wait for blocks or a place.</param>
/// <param name="RequestsRunning">Requests with a sequence in the fused batch.</param>
/// <param name="RequestsWaiting">Requests none of whose sequences run.</param>
/// <param name="HeadBlocks">KV blocks that the most urgent of the waiting sequences needs to begin; 0 when none waits.</param>
/// <param name="PreemptedWaiting">Waiting sequences that ran already.</param>
/// <param name="HighRunning">Sequences in the fused batch whose priority is below 0.</param>
/// <param name="WatermarkBlocks">KV blocks that an admission leaves to those that run.</param>
/// <param name="ReservedBlocks">KV blocks kept for requests that are on their way here; among the used ones.</param>
/// <param name="StepMs">Time of a step lately, milliseconds; 0 before the first.</param>
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
    int HeadBlocks,
    int PreemptedWaiting,
    int HighRunning,
    int WatermarkBlocks,
    int ReservedBlocks,
    double StepMs,
    EngineTotals Totals);
