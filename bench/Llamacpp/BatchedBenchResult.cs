namespace Godwit.Bench.Llamacpp;

/// <summary>One line of llama-batched-bench.</summary>
/// <param name="Streams">Streams at once.</param>
/// <param name="PromptTokensPerSecond">All prompts' tokens over the time for them.</param>
/// <param name="DecodeTokensPerSecond">All streams' new tokens over the time for them.</param>
internal sealed record BatchedBenchResult(int Streams, double PromptTokensPerSecond, double DecodeTokensPerSecond);
