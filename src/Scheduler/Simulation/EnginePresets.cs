namespace Godwit.Scheduler.Simulation;

/// <summary>Engines that were measured, by name.</summary>
internal static class EnginePresets
{
    /// <summary>
    /// LLaMA-7B in half precision on an A10 of 24 GB under the vLLM of 2023, as in the paper: 13,616 tokens, 512 KB each. Its weights take
    /// 13.5 GB / 600 GB/s to read.
    /// </summary>
    public static EngineModel LlamaOnA10 { get; } = new(
        "a10-llama-7b",
        Blocks: 851,
        BlockSizeTokens: 16,
        BlockBytes: 16 * 512 * 1024,
        WatermarkShare: 0.01,
        MaxSequences: 256,
        MaxTokensPerStep: 12_800,
        ChunkedPrefill: false,
        StepMs: 24,
        SequenceMs: 0.6,
        ContextTokenMs: 0.0026,
        PrefillTokenMs: 0.21,
        PrefillPairMs: 4.2e-6);

    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<EngineModel> All { get; } = [LlamaOnA10];
}
