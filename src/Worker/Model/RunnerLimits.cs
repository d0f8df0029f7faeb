namespace Godwit.Worker.Model;

/// <summary>What a runner makes room for when it starts.</summary>
/// <param name="ContextLength">Most tokens of one sequence.</param>
/// <param name="MaxTokensPerStep">Most rows of one step.</param>
/// <param name="MaxSequences">Most sequences, so most rows of logits, of one step.</param>
/// <param name="KvBlocks">KV blocks.</param>
internal sealed record RunnerLimits(int ContextLength, int MaxTokensPerStep, int MaxSequences, int KvBlocks);
