namespace Godwit.Scheduler.Simulation;

/// <summary>
/// A simulated engine: size of its KV cache, limits of its batches, and the time of a step, which is linear in what the step computes.
/// </summary>
/// <param name="Name">Name of the preset.</param>
/// <param name="Blocks">KV blocks of an instance.</param>
/// <param name="BlockSizeTokens">Tokens of a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="WatermarkShare">Share of the blocks that admission leaves free.</param>
/// <param name="MaxSequences">Most sequences at once.</param>
/// <param name="MaxTokensPerStep">Most tokens of a step.</param>
/// <param name="ChunkedPrefill">
/// True: a step decodes and computes chunks of prompts. False: prompts are computed whole, in steps of their own, while decodes wait, as in
/// the vLLM that the paper was built on.
/// </param>
/// <param name="StepMs">Time of any step.</param>
/// <param name="SequenceMs">Added per sequence that decodes.</param>
/// <param name="ContextTokenMs">Added per token of context of those that decode.</param>
/// <param name="PrefillTokenMs">Added per token of a prompt.</param>
/// <param name="PrefillPairMs">Added per token of a prompt and token before it: attention.</param>
internal sealed record EngineModel(
    string Name,
    int Blocks,
    int BlockSizeTokens,
    long BlockBytes,
    double WatermarkShare,
    int MaxSequences,
    int MaxTokensPerStep,
    bool ChunkedPrefill,
    double StepMs,
    double SequenceMs,
    double ContextTokenMs,
    double PrefillTokenMs,
    double PrefillPairMs)
{
    /// <summary>KV blocks that admission leaves free.</summary>
    public int WatermarkBlocks => (int)(Blocks * WatermarkShare);

    /// <summary>Most tokens of a sequence.</summary>
    public int ContextLength => (Blocks - WatermarkBlocks - 1) * BlockSizeTokens;

    /// <summary>Blocks for a number of tokens.</summary>
    public int BlocksFor(int tokens) => (tokens + BlockSizeTokens - 1) / BlockSizeTokens;
}
