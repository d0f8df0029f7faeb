namespace Godwit.Scheduler.Simulation;

/// <summary>Engines that were measured, by name.</summary>
internal static class EnginePresets
{
    /// <summary>
    /// LLaMA-7B in half precision on an A10 of 24 GB under the vLLM of 2023, as in the paper: 13,616 tokens of 512 KB. Reading 13.5 GB of
    /// weights at 600 GB/s is 23 ms; 8,192 tokens of prompt are the 2.0 s that the paper gives for recomputing them. The two figures for
    /// decoding are fitted to its §3: one instance under 0.42 requests/s of M-M holds 62 % of its blocks and preempts 8 % of the requests,
    /// and P99 per token is 3.8 times P50 (here 64 %, 8.8 % and 3.3 times); and to its L-L at 3.0 requests/s.
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

    /// <summary>
    /// Our own engine: the 110m model of noise in bf16 on two cores (docs/benchmarks.md), a line through its steps with 1 to 64 streams.
    /// </summary>
    public static EngineModel CpuWith110M { get; } = new(
        "cpu-110m",
        Blocks: 1024,
        BlockSizeTokens: 16,
        BlockBytes: 16 * 12 * 2 * 768 * 2,
        WatermarkShare: 0.01,
        MaxSequences: 64,
        MaxTokensPerStep: 256,
        ChunkedPrefill: true,
        StepMs: 3.6,
        SequenceMs: 0.62,
        ContextTokenMs: 0,
        PrefillTokenMs: 0.54,
        PrefillPairMs: 0);

    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<EngineModel> All { get; } = [LlamaOnA10, CpuWith110M];
}
