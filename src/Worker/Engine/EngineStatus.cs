namespace Godwit.Worker.Engine;

/// <summary>The engine's load after its last step: an immutable snapshot that any thread may read.</summary>
/// <param name="KvBlocksUsed">KV blocks held by sequences.</param>
/// <param name="KvBlocksTotal">KV blocks of the pool.</param>
/// <param name="KvBlocksWaiting">KV blocks that the waiting sequences will need.</param>
/// <param name="SequencesRunning">Sequences in the fused batch.</param>
/// <param name="SequencesWaiting">Sequences that wait for blocks or a place.</param>
/// <param name="RequestsRunning">Requests with a sequence in the fused batch.</param>
/// <param name="RequestsWaiting">Requests none of whose sequences run.</param>
/// <param name="Steps">Steps run so far.</param>
/// <param name="PromptTokens">Prompt tokens computed so far.</param>
/// <param name="GeneratedTokens">Tokens sampled so far.</param>
internal sealed record EngineStatus(
    int KvBlocksUsed,
    int KvBlocksTotal,
    int KvBlocksWaiting,
    int SequencesRunning,
    int SequencesWaiting,
    int RequestsRunning,
    int RequestsWaiting,
    long Steps,
    long PromptTokens,
    long GeneratedTokens);
